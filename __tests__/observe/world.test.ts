/** One world out of everything that is read. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Namespace } from '../../src/model/host.ts';
import type { AwsReader } from '../../src/model/ports.ts';
import type { World } from '../../src/model/world.ts';
import { assembleWorld } from '../../src/observe/assemble.ts';
import { observe } from '../../src/observe/world.ts';
import { association, cluster, facts, intent, issuerless, role } from '../support/factories.ts';
import { spaceOf } from '../support/apply-context.ts';
import type { State } from '../support/fake-state.ts';
import { CLUSTER_ARN, host, ISSUER_HOST, OURS, PROVIDER_ARN, ROLE, START } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

const observed = async (overrides: Partial<State>, asked: Intent = intent()): Promise<World> => {
  const { read, state } = spaceOf({ a: 'irsa' }, overrides);
  return await observe(read, asked, placeOf(asked, state.cluster));
};

const addOn = { version: 'v1', status: 'DEGRADED', issues: ['an issue'] };
const daemonSet = { desired: 3, ready: 2 };
const provider = { arn: PROVIDER_ARN, audiences: [], tags: {} };

const failing = (tried: string, after: number) => async (): Promise<never> => {
  await new Promise((resolve) => void setTimeout(resolve, after));
  throw new Failure('cluster-access-denied', { tried, said: 'Unauthorized', next: '' });
};

describe('the world', () => {
  test('is what was read, in our own words', async () => {
    const world = await observed({ provider, role: role() });
    expect(world.iam).toEqual({
      provider,
      role: role(),
      trustPolicyQuota: 2048,
      trustPolicyQuotaKnown: true,
    });
    expect(world.hosts).toMatchObject([
      { name: 'team-a/ctp-a', namespace: host('a'), state: { kind: 'served' } },
    ]);
    expect([world.selected, world.placed]).toEqual([world.hosts, world.hosts]);
    expect(world.seenAt).toBe(START);
  });

  test.each<[string, readonly Namespace[], boolean]>([
    ['none', [{ name: 'default' }], false],
    ['the named one', [{ name: 'own' }], true],
    ['one that is named like a host namespace', [{ name: host('b') }], true],
    ['one that is labelled', [{ name: 'x', controlPlaneName: 'ctp-b' }, { name: 'default' }], true],
  ])(
    'with namespaces named outright, they tell whether there are control planes: %s',
    async (_what, namespaces, lists) => {
      const asked = intent({ selection: { globs: [], namespaces: ['own'] } });
      expect((await observed({ namespaces }, asked)).listsControlPlanes).toBe(lists);
    },
  );

  test('lists control planes where there is one', async () => {
    expect((await observed({})).listsControlPlanes).toBe(true);
    expect((await observed({ controlPlanes: [] })).listsControlPlanes).toBe(false);
  });

  test.each([
    ['at once', 0],
    ['late', 20],
  ])(
    'what keeps the job out is told by the look at the Space, also where that fails %s',
    async (_when, ms) => {
      const { read, state } = spaceOf({ a: 'irsa' });
      const kubernetes = {
        ...read.kubernetes,
        space: failing('look for the Space', ms),
        workloads: failing('list the pods', 10),
        sharedSecrets: failing('list the secrets', 10),
      };
      const helm = { ...read.helm, release: failing('read Helm release x', 10) };
      await expect(
        observe({ ...read, kubernetes, helm }, intent(), placeOf(intent(), state.cluster)),
      ).rejects.toMatchObject({ details: { tried: 'look for the Space' } });
    },
  );

  test('holds who carries a role only when that was asked for', async () => {
    const { read, state } = spaceOf({ a: 'irsa' });
    state.otherAccounts = [{ namespace: 'apps', name: 'billing', roleArn: 'arn' }];
    const place = placeOf(intent(), state.cluster);
    expect(await observe(read, intent(), place)).not.toHaveProperty('annotatedAccounts');
    const also = await observe(read, intent(), place, { annotatedAccounts: true });
    expect(also.annotatedAccounts).toContainEqual(state.otherAccounts[0]);
  });

  test('holds what earlier inputs have left behind only when that was asked for', async () => {
    const { read, state } = spaceOf({ a: 'irsa' });
    const earlier = association('e', { namespace: host('a'), serviceAccount: 'earlier' });
    state.otherRoles = [role({ name: 'earlier', arn: 'arn', tags: OURS })];
    // In a control plane's namespace, in one named like it, and in none.
    state.associations = [
      earlier,
      { ...earlier, namespace: 'mxp-x-system' },
      { ...earlier, namespace: 'apps' },
    ];
    const place = placeOf(intent(), state.cluster);
    expect(await observe(read, intent(), place)).not.toHaveProperty('leftBehind');
    const { leftBehind } = await observe(read, intent(), place, { leftBehind: true });
    expect(leftBehind).toEqual({ roles: state.otherRoles, associations: state.associations.slice(0, 2) });
  });

  test('asks for roles by this cluster’s names and marks; not to be allowed to is told', async () => {
    const { read } = spaceOf({});
    const asked: unknown[] = [];
    const otherRoles: AwsReader['otherRoles'] = async (query) => {
      asked.push(query);
      return await Promise.resolve({ roles: [], unread: 'no' });
    };
    const look = { ...read, aws: { ...read.aws, otherRoles } };
    for (const on of [cluster(), issuerless()]) {
      const world = await observe(look, intent(), placeOf(intent(), on), { leftBehind: true });
      expect(world.leftBehind).toEqual({ roles: [], associations: [], unread: 'no' });
    }
    const query = { except: ROLE, tags: OURS };
    expect(asked).toEqual([
      { ...query, trustHolds: [CLUSTER_ARN, ISSUER_HOST] },
      { ...query, trustHolds: [CLUSTER_ARN] },
    ]);
  });

  test('has no provider and no role where none exist', async () => {
    const { iam } = await observed({});
    expect(['provider', 'role'].filter((key) => key in iam)).toEqual([]);
    expect('provider' in (await observed({ cluster: issuerless(), provider })).iam).toBe(false);
  });

  test('has nothing of a namesake of a role in another account', async () => {
    const namesake = role();
    const asked = intent({
      role: { kind: 'referenced', arn: namesake.arn.replace(/\d{12}/, '444455556666') },
    });
    expect((await observed({ role: namesake }, asked)).iam).not.toHaveProperty('role');
    expect((await observed({ role: namesake })).iam).toHaveProperty('role');
  });

  test('asks for the provider of the cluster’s account, wherever the role is', async () => {
    const asked: string[] = [];
    const { read, state } = spaceOf({});
    const aws = {
      ...read.aws,
      oidcProvider: async (arn: string) => {
        asked.push(arn);
        return await read.aws.oidcProvider(arn);
      },
    };
    const elsewhere = intent({ role: { kind: 'referenced', arn: 'arn:aws:iam::444455556666:role/x' } });
    const place = placeOf(elsewhere, state.cluster);
    await observe({ ...read, aws }, elsewhere, place);
    expect(asked).toEqual([PROVIDER_ARN]);
    expect(place.target.trustedProviderArn).toBe(`arn:aws:iam::444455556666:oidc-provider/${ISSUER_HOST}`);
  });

  test('assumes the default quota where the account’s own may not be read', async () => {
    expect((await observed({ quota: undefined })).iam).toMatchObject({
      trustPolicyQuota: 2048,
      trustPolicyQuotaKnown: false,
    });
    expect((await observed({ quota: 4096 })).iam).toMatchObject({
      trustPolicyQuota: 4096,
      trustPolicyQuotaKnown: true,
    });
  });

  test('knows what serves Pod Identity on the nodes', async () => {
    const none = { addOn: undefined };
    const worlds = await Promise.all([
      observed({ addOn, daemonSet }),
      observed({ ...none, daemonSet }),
      observed({ ...none, cluster: cluster({ autoMode: true }) }),
      observed({ ...none, daemonSet, cluster: cluster({ autoMode: true }) }),
      observed(none),
    ]);
    expect(worlds.map(({ agent }) => agent)).toEqual([
      {
        provider: 'add-on',
        addOnStatus: 'DEGRADED',
        addOnVersion: 'v1',
        issues: ['an issue'],
        desired: 3,
        ready: 2,
      },
      { provider: 'daemon-set', issues: [], desired: 3, ready: 2 },
      { provider: 'auto-mode', issues: [] },
      { provider: 'auto-mode', issues: [], desired: 3, ready: 2 },
      { provider: 'none', issues: [] },
    ]);
  });

  test('knows it as far as it may be looked at', async () => {
    const unread = { addOn: { kind: 'unreadable', why: 'no' } as const };
    const worlds = await Promise.all([
      observed({ ...unread, daemonSet, cluster: cluster({ autoMode: true }) }),
      observed({ ...unread, cluster: cluster({ autoMode: true }) }),
      observed(unread),
    ]);
    expect(worlds.map(({ agent }) => agent)).toEqual([
      { provider: 'daemon-set', unread: 'no', issues: [], desired: 3, ready: 2 },
      { provider: 'auto-mode', unread: 'no', issues: [] },
      { provider: 'unknown', unread: 'no', issues: [] },
    ]);
  });

  test('is looked at through the selector, which the API server evaluates', async () => {
    const controlPlanes = [
      { group: 'team-a', name: 'x', deleting: false, matchesSelector: false, conditions: {} },
    ];
    const selected = async (selector?: string) => {
      const asked = intent({ selection: { globs: [], namespaces: [], selector } });
      return (await observed({ controlPlanes }, asked)).selected.map(({ name }) => name);
    };
    expect([await selected(), await selected('env=prod')]).toEqual([['team-a/x'], []]);
  });

  test('has no control planes where namespaces are named outright', async () => {
    const asked = intent({ selection: { globs: [], namespaces: ['own'] } });
    expect((await observed({}, asked)).selected.map(({ name }) => name)).toEqual(['own']);
  });

  test('says of every host what placeholders stand for', async () => {
    const [actual] = (await observed({})).hosts;
    expect(actual?.placeholders).toEqual({ group: 'team-a', name: 'ctp-a', id: 'a', namespace: host('a') });
  });
});

test('a part of the world that can not be read is no world', async () => {
  const { read, state } = spaceOf({});
  const aws = { ...read.aws, addOn: async () => await Promise.reject(new Error('access denied')) };
  await expect(observe({ ...read, aws }, intent(), placeOf(intent(), state.cluster))).rejects.toThrow(
    'access denied',
  );
});

test('a world can be put together without asking anyone', () => {
  const world = assembleWorld(intent(), placeOf(intent()), {
    facts: facts(),
    secrets: { kind: 'read', all: [] },
    workloads: { serviceAccounts: [], deployments: [], pods: [] },
    release: { kind: 'absent' },
    associations: [],
    seenAt: START,
  });
  expect(world).toMatchObject({ hosts: [], release: { kind: 'absent' }, agent: { provider: 'none' } });
});
