/** All checks together. */
import { describe, expect, test } from '@jest/globals';
import type { Check, CheckStatus } from '../../src/model/check.ts';
import type { Intent } from '../../src/model/config.ts';
import type { ControlPlane } from '../../src/model/host.ts';
import type { Agent } from '../../src/model/world.ts';
import { isVerified, notVerified } from '../../src/verify/verify.ts';
import { controlPlane, intent } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { settledIrsa, settledPods } from '../support/settled.ts';
import { byPod, checksOf, irsaWorld, NO_EVIDENCE, podWorld, soundRole } from './support.ts';

const ACTIVE: Agent = {
  provider: 'add-on',
  addOnStatus: 'ACTIVE',
  addOnVersion: 'v1',
  issues: [],
  desired: 1,
  ready: 1,
};
const names = (checks: readonly Check[]) => checks.map(({ check, status }) => `${check} ${status}`);
const proofsOf = (checks: readonly Check[]) =>
  checks.filter(({ check }) => check.startsWith('access-proof')).map(({ status }) => status);

test('everything in order: all checks of the mechanism pass, and those of the other are not there', () => {
  const shared = [
    'rollout',
    'pod-identity-injected',
    'trust-policy',
    'permissions',
    'store-auth',
    'store-status',
    'secret-coverage',
  ];
  expect(names(checksOf(intent(), irsaWorld()))).toEqual(
    ['service-account-annotation', ...shared].map((name) => `${name} pass`),
  );
  expect(names(checksOf(byPod, podWorld()))).toEqual(
    ['association', ...shared, 'credentials-fresh', 'agent'].map((name) => `${name} pass`),
  );
  expect(checksOf(intent(), irsaWorld())[0]).toMatchObject({
    controlPlane: 'team-a/ctp-a',
    namespace: 'mxp-a-system',
  });
});

test('proofs are checks when they were asked for; what was not tried is unknown', () => {
  const pass = { status: 'pass' as const, detail: 'proven' };
  const proofs = new Map([
    ['mxp-a-system', { access: pass, negative: { ...pass, status: 'fail' as const } }],
  ]);
  expect(proofsOf(checksOf(intent(), irsaWorld()))).toEqual([]);
  expect(proofsOf(checksOf(intent(), irsaWorld(), { proofs }))).toEqual(['pass', 'fail']);
  expect(proofsOf(checksOf(intent(), irsaWorld(), { proofs: new Map() }))).toEqual(['unknown', 'unknown']);
});

const namedOutright: ControlPlane = {
  group: '',
  name: 'own',
  namespace: 'own',
  selected: true,
  deleting: false,
  notReady: 'the namespace does not exist',
};

const unplaced = (overrides: Partial<ControlPlane>): ControlPlane => {
  const { namespace: _none, ...rest } = controlPlane('late', overrides);
  return rest;
};

const lines = (checks: readonly Check[]) => [
  ...new Set(
    checks.map(({ controlPlane: name, namespace, status, detail }) =>
      [name, namespace, status, detail].join('|'),
    ),
  ),
];

describe('who is judged', () => {
  test('every selected control plane, by its name and namespace', () => {
    const controlPlanes = [controlPlane('a'), controlPlane('b', { selected: false })];
    const checks = checksOf(intent(), settledIrsa(['a', 'b'], { controlPlanes }));
    expect(new Set(checks.map(({ controlPlane: name, namespace }) => `${name} ${namespace}`))).toEqual(
      new Set([`team-a/ctp-a ${host('a')}`]),
    );
  });

  test('a namespace named outright has no control plane', () => {
    const named = controlPlane('a', { group: '', name: host('a') });
    const [check] = checksOf(intent(), irsaWorld({ controlPlanes: [named] }));
    expect(check).toMatchObject({ controlPlane: '', namespace: host('a'), status: 'pass' });
  });

  test('nothing is proved of one that can not be looked at yet, and those without a namespace come last', () => {
    const late = unplaced({ notReady: 'it has no ID yet' });
    const checks = checksOf(byPod, settledPods([], { controlPlanes: [late, namedOutright] }), NO_EVIDENCE);
    expect(lines(checks)).toEqual([
      '|own|unknown|the namespace does not exist',
      'team-a/ctp-late||unknown|it has no ID yet',
    ]);
    expect(isVerified(checks)).toBe(false);
  });

  test('a control plane that is not ready is unknown in every respect', () => {
    const parts = irsaWorld({ controlPlanes: [controlPlane('a', { notReady: 'it has no ID yet' })] });
    const checks = checksOf(intent(), parts, { proofs: new Map() });
    expect(checks).toHaveLength(10);
    expect(lines(checks)).toEqual([`team-a/ctp-a|${host('a')}|unknown|it has no ID yet`]);
    expect(isVerified(checks)).toBe(false);
  });
});

const empty = (asked: Intent) =>
  checksOf(asked, settledIrsa([], { role: soundRole(), agent: ACTIVE }), { nodes: [] });

describe('a Space without a control plane', () => {
  test.each<[Intent, readonly string[]]>([
    [intent(), ['permissions pass']],
    [byPod, ['permissions pass', 'agent pass']],
  ])('is judged in what needs none: %j', (asked, expected) => {
    const checks = empty(asked);
    expect(names(checks)).toEqual(expected);
    expect(new Set(checks.map((one) => one.controlPlane + one.namespace))).toEqual(new Set(['']));
    expect(isVerified(checks)).toBe(true);
  });

  test('is not verified when that is not known', () => {
    const { role: _none, ...without } = settledIrsa([]);
    const checks = checksOf(intent(), without);
    expect(notVerified(checks)?.details.said).toBe('permissions: the role does not exist');
  });
});

const withStatus = (...statuses: readonly CheckStatus[]): readonly Check[] =>
  statuses.map((status, n) => ({
    controlPlane: '',
    namespace: `n-${n}`,
    check: 'rollout',
    status,
    detail: 'seen',
  }));

describe('what it comes to', () => {
  test.each<[readonly CheckStatus[], boolean]>([
    [[], false],
    [['warn', 'warn'], false],
    [['pass', 'warn'], true],
    [['pass', 'fail'], false],
    [['pass', 'unknown'], false],
  ])('%j proves it: %s', (statuses, verified) => {
    expect(isVerified(withStatus(...statuses))).toBe(verified);
    expect(notVerified(withStatus(...statuses)) === undefined).toBe(verified);
  });

  test('warnings leave a verification standing, failures and unknowns do not', () => {
    const statuses = ['pass', 'warn', 'fail', 'unknown'] as const;
    expect(statuses.map((status) => isVerified(withStatus('pass', status)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('a verification without a pass says that', () => {
    for (const checks of [[], withStatus('warn')])
      expect(notVerified(checks)?.details.said).toBe('no check passed');
  });

  test('the failure names what did not pass, no more than five of them', () => {
    expect(notVerified(withStatus('pass', 'fail', 'warn', 'unknown'))).toMatchObject({
      reason: 'not-verified',
      details: { said: 'n-1 rollout: seen; n-3 rollout: seen' },
    });
    const many = withStatus(...Array.from({ length: 7 }, () => 'fail' as const));
    expect(notVerified(many)?.details.said).toMatch(/n-4 rollout: seen; and 2 more$/);
  });
});
