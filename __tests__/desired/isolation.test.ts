/** Which control plane may read what, and what others may not. */
import { describe, expect, test } from '@jest/globals';
import type { Intent, OwnedRole } from '../../src/model/config.ts';
import { ownReads, unknownPlaceholders } from '../../src/desired/expansions.ts';
import { allOwned, mayRead, othersRefused, sampleOf } from '../../src/desired/isolation.ts';
import { controlPlane, intent, ownedRole, role } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const asked = intent({
  role: ownedRole({
    secretPrefixes: ['shared/', 'teams/{group}/{name}/'],
    parameterPrefixes: ['/t/{namespace}/'],
  }),
});
const desired = desiredOf(asked);
const parts = running(
  { a: 'irsa', b: 'irsa', gone: 'nothing' },
  {
    controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
    namespaces: [{ name: host('a') }, { name: host('b') }],
  },
);
const world = worldOf(asked, parts);
const hostNamed = (id: string) => {
  const found = world.hosts.find(({ namespace }) => namespace === host(id));
  if (found === undefined) throw new Error(`no host ${id}`);
  return found;
};

test('each control plane has its own expansion of every prefix with placeholders, of either service', () => {
  expect(ownReads(desired.grants, hostNamed('a')).map(({ prefix, resource }) => [prefix, resource])).toEqual([
    ['teams/team-a/ctp-a/', 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:teams/team-a/ctp-a/*'],
    [`/t/${host('a')}/`, `arn:aws:ssm:eu-central-1:111122223333:parameter/t/${host('a')}/*`],
  ]);
});

test('what is not known of one is named, and makes no expansion', () => {
  const unnamed = { placeholders: { namespace: 'x' } };
  expect(unknownPlaceholders(desired.grants, unnamed)).toEqual(['group', 'name']);
  expect(ownReads(desired.grants, unnamed).map(({ prefix }) => prefix)).toEqual(['/t/x/']);
});

describe('what belongs to whom', () => {
  test('is asked of all control planes, selected or not, and of none that is gone', () => {
    expect(allOwned(desired, world).map(({ host: { namespace } }) => namespace)).toEqual([
      host('a'),
      host('a'),
      host('b'),
      host('b'),
    ]);
  });

  test('what all may read, and one’s own, may be read', () => {
    const [own] = ownReads(desired.grants, hostNamed('a'));
    const [others] = ownReads(desired.grants, hostNamed('b'));
    const [common] = desired.grants.reads;
    if (own === undefined || others === undefined || common === undefined) throw new Error('no grants');
    expect([own, common, others].map((wanted) => mayRead(desired, hostNamed('a'), wanted))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test('IAM is asked in the session of the first control plane that can be looked at', () => {
    expect(sampleOf(world)?.name).toBe('team-a/ctp-a');
    expect(sampleOf(worldOf(asked, running({})))).toBeUndefined();
    const refused = othersRefused(desired, role(), world, hostNamed('a'));
    expect(
      refused.map(({ where, expected, context }) => [
        where,
        expected,
        Object.keys(context).filter((key) => key.endsWith(':sub')).length,
      ]),
    ).toEqual([
      ['under teams/team-a/ctp-b/ of team-a/ctp-b', 'refused', 1],
      [`under /t/${host('b')}/ of team-a/ctp-b`, 'refused', 1],
    ]);
  });
});

const asking = (more: Partial<Intent>, of: Partial<OwnedRole> = {}) => {
  const secretPrefixes = ['{group}/', '{name}/'];
  const by = intent({ identity: 'pod-identity', role: ownedRole({ secretPrefixes, ...of }), ...more });
  const now = worldOf(by, running({ a: 'pod-identity', b: 'pod-identity' }));
  const [first] = now.placed;
  if (first === undefined) throw new Error('nobody is placed');
  return othersRefused(desiredOf(by), role(), now, first).map(({ where }) => where);
};

describe('IAM is asked of others', () => {
  test('but not of what the group shares', () => {
    expect(asking({})).toEqual(['under ctp-b/ of team-a/ctp-b']);
  });

  test('not where sessions are narrowed, which it can not be asked about, nor where they read as another role', () => {
    expect(asking({}, { isolateBy: 'session-policy' })).toEqual([]);
    expect(asking({ targetRoleArn: 'arn:aws:iam::444455556666:role/target' })).toEqual([]);
  });

  test('in the session of one that is ready', () => {
    const late = controlPlane('a', { notReady: 'its restore is pending' });
    const waiting = running({ a: 'irsa', b: 'irsa' }, { controlPlanes: [late, controlPlane('b')] });
    expect(sampleOf(worldOf(asked, waiting))?.name).toBe('team-a/ctp-b');
  });
});
