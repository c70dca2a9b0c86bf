/** The verdict on a cluster, as its run has put it down, and as it follows from files that say less. */
import { describe, expect, test } from '@jest/globals';
import { checkOf, expectedOne, fleetOf, type Left, planText, resultText, verificationText } from './jobs.ts';

const rowOf = (left: Left) => fleetOf([expectedOne('a')], left).rows[0];
const update = { id: 'role/tags', action: 'update' };
const on = (plan: object, verification?: object): Left => ({
  'a/plan.json': plan,
  ...(verification !== undefined && { 'a/verification.json': verification }),
});
const check = (changes: readonly (typeof update & { severity?: string })[] = []) =>
  planText('a', { changes });

test.each<[string, Left, string, string]>([
  ['check in sync', on(check(), verificationText('pass')), 'in-sync', ''],
  [
    'check with a warning only',
    on(check(), { ...verificationText('pass', 'warn'), verified: true }),
    'in-sync',
    '',
  ],
  ['check with a difference', on(check([update]), verificationText('pass')), 'drifted', '1 difference'],
  ['check that waits', on(check([{ ...update, action: 'wait' }]), verificationText('pass')), 'in-sync', ''],
  [
    'check with somebody else’s',
    on(check([{ ...update, action: 'foreign' }]), verificationText('pass')),
    'in-sync',
    '',
  ],
  [
    'check with a foreign policy on our role',
    on(check([{ ...update, action: 'foreign', severity: 'security' }]), verificationText('pass')),
    'drifted',
    '1 difference',
  ],
  ['check that is blocked', on(planText('a', { blockers: [{ message: 'x' }] })), 'drifted', '1 difference'],
  [
    'check that failed a check',
    on(check(), verificationText('fail', 'pass')),
    'drifted',
    '`rollout` fail (1)',
  ],
  ['check that left one open', on(check(), verificationText('unknown')), 'unknown', '`rollout` unknown (1)'],
  ['check that passed nothing', on(check(), verificationText()), 'unknown', 'no check passed'],
  ['check without verification', on(check()), 'unknown', 'no verification'],
  ['plan with nothing to do', on(planText('a', { mode: 'plan' })), 'in-sync', ''],
  ['plan with changes', on(planText('a', { mode: 'plan', changes: [update] })), 'changes', '1 difference'],
  [
    'plan that is blocked',
    on(planText('a', { mode: 'plan', blockers: [{ message: 'x' }] })),
    'error',
    'cannot be carried out',
  ],
  ['apply', on(planText('a', { mode: 'apply', changes: [update] }), verificationText('pass')), 'applied', ''],
  [
    'apply that failed a check',
    on(planText('a', { mode: 'apply' }), verificationText('fail')),
    'error',
    'rollout',
  ],
  ['apply that ended early', on(planText('a', { mode: 'apply' })), 'unknown', 'how the run ended'],
  ['destroy', on(planText('a', { mode: 'destroy' })), 'unknown', 'how the run ended'],
])('%s', (_what, left, verdict, why) => {
  expect(rowOf(left)).toMatchObject({ verdict, why: expect.stringContaining(why) });
});

describe('with a result', () => {
  test('it counts, whatever the other files would say', () => {
    const { result }: { result?: object } = resultText('error', 'a', {
      failure: { reason: 'rollout-failed', said: 'no pod', next: 'look at it' },
      checkedAt: '2026-11-28T05:17:00.000Z',
    });
    expect(rowOf(on({ ...check(), result }, verificationText('pass')))).toMatchObject({
      verdict: 'error',
      reason: 'rollout-failed',
      why: 'no pod',
      next: 'look at it',
      mode: 'check',
      checkedAt: '2026-11-28T05:17:00.000Z',
    });
  });

  test('a verification that carries it needs no plan; one that does not is open', () => {
    const { result }: { result?: object } = resultText('in-sync', 'a');
    expect(rowOf({ 'v.json': { ...verificationText('pass'), result } })).toMatchObject({
      verdict: 'in-sync',
      why: '',
    });
    const beside = {
      'v.json': verificationText('pass'),
      'r.json': resultText('drifted', 'a', { summaryLine: 'a: 1 to update' }),
    };
    expect(rowOf(beside)).toMatchObject({ verdict: 'drifted', why: '1 to update' });
    const failed = { ...beside, 'v.json': verificationText('fail') };
    expect(rowOf(failed)).toMatchObject({ why: '1 to update; verification: `rollout` fail (1)' });
    const twoPlans = { ...on(check(), verificationText('pass')), 'a/more.json': check() };
    expect(rowOf(twoPlans)).toMatchObject({ verdict: 'unknown' });
  });
});

test.each([
  [[update], '1 to update; `role/tags` update'],
  [
    [
      { id: 'association/mxp-b-system', action: 'create' },
      { id: 'association/mxp-c-system', action: 'create' },
      { id: 'restart/mxp-b-system', action: 'restart' },
      { id: 'association/mxp-gone-system', action: 'delete' },
      { id: 'role/foreign-policy/x', action: 'foreign', severity: 'security' },
      { id: 'control-plane/team/d', action: 'wait' },
      { id: 'association/mxp-e-system', action: 'keep' },
    ],
    '1 to update; `association` create (2), `restart` restart, `association/mxp-gone-system` delete, `role/foreign-policy/x` foreign',
  ],
  [
    Array.from({ length: 8 }, (_, index) => ({ id: `role/foreign-policy/${index}`, action: 'delete' })),
    /^1 to update; (`role\/foreign-policy\/\d` delete, ){6}and 2 more$/,
  ],
])('a drifted cluster names its changes: %#', (changes, why) => {
  const { result }: { result?: object } = resultText('drifted', 'a', { summaryLine: 'a: 1 to update' });
  const controlPlanes = ['b', 'c'].map((id) => ({ controlPlane: id, namespace: `mxp-${id}-system` }));
  const row = rowOf(on(planText('a', { changes, controlPlanes, result })));
  expect(row?.why).toMatch(
    typeof why === 'string' ? new RegExp(`^${why.replaceAll(/[()]/g, String.raw`\$&`)}$`) : why,
  );
});

test('what was applied is not named as a change to come', () => {
  const { result }: { result?: object } = resultText('applied', 'a', { summaryLine: 'a: 1 to update' });
  const plan = planText('a', { mode: 'apply', changes: [update], result });
  expect(rowOf(on(plan))).toMatchObject({ verdict: 'applied', why: '1 to update' });
});

test('control planes by what plan and verification say of each', () => {
  const planes = ['a', 'b', 'c', 'd'].map((id) => ({
    controlPlane: `team/${id}`,
    namespace: `mxp-${id}-system`,
  }));
  const plan = planText('a', {
    changes: [
      { id: 'association/mxp-b-system', action: 'create' },
      { id: 'control-plane/team/d', action: 'wait' },
      { id: 'role/tags', action: 'update' },
      { id: 'restart/mxp-a-system', action: 'keep' },
    ],
    controlPlanes: [...planes, { controlPlane: 'team/new', namespace: '' }],
  });
  const checks = [
    checkOf('pass'),
    checkOf('warn'),
    checkOf('pass', 'team/b', 'mxp-b-system'),
    checkOf('fail', 'team/c', 'mxp-c-system'),
    checkOf('unknown', 'team/e', 'mxp-e-system'),
    checkOf('pass', '', ''),
  ];
  expect(rowOf(on(plan, { verified: false, checks }))?.planes).toEqual({ inSync: 1, drifted: 2, unknown: 3 });
  expect(rowOf(on(planText('a', { mode: 'plan' })))?.planes).toEqual({ inSync: 1, drifted: 0, unknown: 0 });
  const applied = planText('a', {
    mode: 'apply',
    changes: [{ id: 'restart/mxp-a-system', action: 'restart' }],
  });
  expect(rowOf(on(applied, verificationText('pass')))?.planes).toEqual({ inSync: 1, drifted: 0, unknown: 0 });
  // `restart: always`
  const { result }: { result?: object } = resultText('in-sync', 'a');
  const inAnyCase = planText('a', { changes: [{ id: 'restart/mxp-a-system', action: 'restart' }], result });
  expect(rowOf(on(inAnyCase, verificationText('pass')))?.planes).toEqual({
    inSync: 1,
    drifted: 0,
    unknown: 0,
  });
});
