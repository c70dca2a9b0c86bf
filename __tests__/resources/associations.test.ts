/** The plan for Pod Identity associations. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { Association } from '../../src/model/world.ts';
import { association, controlPlane, intent } from '../support/factories.ts';
import { ANOTHER_CLUSTERS, host, OTHER_ROLE_ARN, OURS, ROLE_ARN } from '../support/names.ts';
import { only, planFor, reasons, removal, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const ADD_ON = { ownerArn: 'arn:aws:eks:eu-central-1:111122223333:addon/space-prod/x/1', tags: {} };
/** EKS takes a session policy only with session tags off. */
const NARROWED = { hasPolicy: true, disableSessionTags: true };
const TARGETED = { targetRoleArn: 'arn:aws:iam::444455556666:role/target' };
const ADOPT: Partial<Intent> = { adopt: true };

/** What is planned for one control plane's association, and why nothing can be done. */
function planned(actual: Partial<Association>, asked: Partial<Intent>): readonly string[] {
  const base = asked.identity === 'irsa' ? settledIrsa(['a']) : settledPods(['a']);
  const whole = intent({ identity: 'pod-identity', ...asked });
  const parts = { ...base, associations: [association('a', actual)] };
  const changes = towards(whole, parts, 'association').map((text) =>
    text.replace(` association/${host('a')}`, ''),
  );
  return [...changes, ...reasons(planFor(whole, parts))];
}

const drift = (actual: Partial<Association>) =>
  planFor(PODS, settledPods(['a'], { associations: [association('a', actual)] })).changes.map(
    (change) => change.drift,
  );

describe('Pod Identity is desired, and an association exists', () => {
  test.each<[string, Partial<Association>, Partial<Intent>, readonly string[]]>([
    ['of ours', {}, {}, []],
    ['of ours that points elsewhere', { roleArn: OTHER_ROLE_ARN }, {}, ['update']],
    ['of ours without session tags', { disableSessionTags: true }, {}, ['update']],
    ['of ours that lacks a tag', {}, { tags: { team: 'a' } }, ['update']],
    ['of ours with tags of others beside', { tags: { ...OURS, other: 'x' } }, {}, []],
    ['of ours with a target role that nobody names', { targetRoleArn: OTHER_ROLE_ARN }, {}, ['update']],
    ['of ours without the target role', {}, TARGETED, ['update']],
    ['of ours with another one', { targetRoleArn: OTHER_ROLE_ARN }, TARGETED, ['update']],
    ['of ours with the target role', TARGETED, TARGETED, []],
    [
      'of someone with a target role that nobody names',
      { tags: {}, targetRoleArn: OTHER_ROLE_ARN },
      {},
      ['foreign', 'not-owned'],
    ],
    ['of someone without the target role', { tags: {} }, TARGETED, ['foreign', 'not-owned']],
    ['of someone with it', { tags: {}, ...TARGETED }, TARGETED, ['foreign']],
    ['of someone without it, to adopt', { tags: {} }, { ...TARGETED, ...ADOPT }, ['update']],
    ['of an add-on without it', ADD_ON, { ...TARGETED, ...ADOPT }, ['foreign', 'not-owned']],
    ['of ours with a session policy', NARROWED, {}, ['foreign', 'not-owned']],
    [
      'of ours, narrowed and pointing elsewhere',
      { ...NARROWED, roleArn: OTHER_ROLE_ARN },
      {},
      ['foreign', 'not-owned'],
    ],
    ['of ours, wrong in both', { targetRoleArn: OTHER_ROLE_ARN, roleArn: OTHER_ROLE_ARN }, {}, ['update']],
    ['of someone that works', { tags: {} }, {}, ['foreign']],
    ['of someone that works, to adopt', { tags: {} }, ADOPT, ['update']],
    ['of someone that points elsewhere', { tags: {}, roleArn: OTHER_ROLE_ARN }, {}, ['foreign', 'not-owned']],
    ['of someone that points elsewhere, to adopt', { tags: {}, roleArn: OTHER_ROLE_ARN }, ADOPT, ['update']],
    [
      'marked for another cluster',
      { tags: ANOTHER_CLUSTERS, roleArn: OTHER_ROLE_ARN },
      {},
      ['foreign', 'not-owned'],
    ],
    ['of an add-on that works', ADD_ON, ADOPT, ['foreign']],
    [
      'of an add-on that points elsewhere',
      { ...ADD_ON, roleArn: OTHER_ROLE_ARN },
      ADOPT,
      ['foreign', 'not-owned'],
    ],
    [
      'of an add-on with our marks',
      { ...ADD_ON, tags: OURS, roleArn: OTHER_ROLE_ARN },
      {},
      ['foreign', 'not-owned'],
    ],
  ])('%s', (_what, actual, asked, expected) => {
    expect(planned(actual, asked)).toEqual(expected);
  });

  test.each([
    ['another role', { roleArn: OTHER_ROLE_ARN }, 'security'],
    ['session tags off', { disableSessionTags: true }, 'availability'],
    ['a lost tag', { tags: {} }, 'hygiene'],
  ])('of ours with %s', (_what, overrides, severity) => {
    const asked = intent({ identity: 'pod-identity', adopt: true });
    const parts = settledPods(['a'], { associations: [association('a', overrides)] });
    expect(only(planFor(asked, parts), 'update-association').severity).toBe(severity);
  });

  test('whose role is made elsewhere: session tags are its own business', () => {
    const asked = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
    const parts = settledPods(['a'], { associations: [association('a', { disableSessionTags: true })] });
    expect(towards(asked, parts, 'association')).toEqual([]);
    const change = only(planFor({ ...asked, tags: { team: 'a' } }, parts), 'update-association');
    expect(change.write).toMatchObject({ disableSessionTags: true });
    expect([change.after, change.severity]).toMatchObject([{ sessionTagsOff: true }, 'hygiene']);
  });

  test('narrowed by someone, with a role made elsewhere: its tags are put right, and nothing else', () => {
    const role = { kind: 'referenced', arn: ROLE_ARN } as const;
    const asked = intent({ identity: 'pod-identity', role, tags: { team: 'a' } });
    const parts = settledPods(['a'], { associations: [association('a', NARROWED)] });
    const change = only(planFor(asked, parts), 'update-association');
    expect(change.write).toMatchObject({ roleArn: ROLE_ARN, disableSessionTags: true });
    expect(change.after).toMatchObject({ sessionTagsOff: true });
  });

  test('what one narrowed association can’t have keeps no other control plane from being served', () => {
    const parts = settledPods(['a', 'b'], { associations: [association('a', NARROWED)] });
    const { blockers, changes } = planFor(PODS, parts);
    expect(blockers.map(({ host: whose }) => whose?.namespace)).toEqual([host('a')]);
    expect(changes.map(({ action, id }) => `${action} ${id}`)).toContain(`create association/${host('b')}`);
  });

  test('an update is in place, with our tags beside those of others', () => {
    const actual = association('a', { roleArn: OTHER_ROLE_ARN, tags: { ...OURS, other: 'x' } });
    const plan = planFor(PODS, settledPods(['a'], { associations: [actual] }));
    const change = only(plan, 'update-association');
    expect(change.write).toMatchObject({
      namespace: host('a'),
      associationId: actual.id,
      associationArn: actual.arn,
      roleArn: ROLE_ARN,
      tags: OURS,
    });
    expect(change.after).toMatchObject({ tags: { ...OURS, other: 'x' } });
    expect(change.severity).toBe('security');
    const asked = intent({ identity: 'pod-identity', tags: { team: 'a' } });
    expect(only(planFor(asked, settledPods(['a'])), 'update-association').after).toMatchObject({
      tags: { ...OURS, team: 'a' },
    });
  });

  test('an altered one counts as drift, one that is merely another’s does not', () => {
    expect(drift(NARROWED)).toContain(true);
    expect(drift({ tags: {} })).toEqual([false]);
  });
});

describe('IRSA is desired, and an association exists', () => {
  test.each<[string, Partial<Association>, Partial<Intent>, readonly string[]]>([
    ['of ours', {}, {}, ['delete']],
    ['of someone', { tags: {} }, {}, ['foreign', 'not-owned']],
    ['of someone, to adopt', { tags: {} }, ADOPT, ['delete']],
    ['of an add-on', ADD_ON, ADOPT, ['foreign', 'not-owned']],
  ])('%s', (_what, actual, asked, expected) => {
    expect(planned(actual, { identity: 'irsa', ...asked })).toEqual(expected);
  });
});

const prune = (asked: Partial<Intent>, ...more: readonly Association[]) =>
  towards(
    intent({ identity: 'pod-identity', ...asked }),
    settledPods(['a'], { associations: [association('a'), ...more] }),
  );

describe('pruning', () => {
  const gone = association('x');

  test('takes away ours of control planes that are gone, whatever is desired', () => {
    expect(prune({}, gone)).toEqual([`delete association/${host('x')}`]);
    const irsa = settledIrsa(['a'], { associations: [gone] });
    expect(towards(IRSA, irsa)).toEqual([`delete association/${host('x')}`]);
  });

  test('leaves what it is told to leave, what is not ours, and who is not selected', () => {
    expect(prune({ prune: false }, gone)).toEqual([`keep association/${host('x')}`]);
    expect(prune({}, association('x', { tags: {} }), association('y', ADD_ON))).toEqual([]);
    const base = settledPods(['a', 'b']);
    const some = { ...base, controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })] };
    expect(towards(PODS, some)).toEqual([`keep association/${host('b')}`]);
  });
});

const said = (actual: Partial<Association>) => {
  const associations = [association('a', { roleArn: OTHER_ROLE_ARN, ...actual })];
  const [blocker] = planFor(PODS, settledPods(['a'], { associations })).blockers;
  return [blocker?.message, blocker?.next];
};

test('what to do with one of others that is in the way: an add-on’s is not to be taken over', () => {
  expect(said({ tags: {} })).toEqual([
    "it points to another role, and it does not carry this action's mark",
    'Set `adopt: true` to take it over and point it to our role, or delete it by hand.',
  ]);
  expect(said(ADD_ON)).toEqual([
    `it points to another role, and the add-on ${ADD_ON.ownerArn} owns it`,
    'Change it through the add-on, or leave this control plane out with `control-planes`.',
  ]);
});

test('a removal takes away all of ours in the cluster and shows those of others', () => {
  const associations = [
    association('a'),
    association('b', { tags: {} }),
    association('x'),
    association('y', ADD_ON),
  ];
  const parts = settledPods(['a', 'b'], { associations });
  expect(removal(PODS, parts).filter((text) => text.includes('association'))).toEqual([
    `delete association/${host('a')}`,
    `foreign association/${host('b')}`,
    `delete association/${host('x')}`,
    `foreign association/${host('y')}`,
  ]);
});
