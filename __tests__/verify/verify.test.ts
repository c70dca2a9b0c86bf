import { expect, test } from '@jest/globals';
import { isVerified } from '../../src/verify/verify.ts';
import { controlPlane, intent } from '../support/factories.ts';
import { checksOf, irsaWorld, podWorld } from './support.ts';

const byPod = intent({ identity: 'pod-identity' });

type Checks = ReturnType<typeof checksOf>;
const names = (checks: Checks) => checks.map(({ check, status }) => `${check} ${status}`);
const proofsOf = (checks: Checks) =>
  checks.filter(({ check }) => check.startsWith('access-proof')).map(({ status }) => status);

test('everything in order: all checks of the mechanism pass, and those of the other are not there', () => {
  const shared = [
    'rollout',
    'pod-identity-injected',
    'trust-policy',
    'permissions',
    'store-auth',
    'store-status',
  ];
  expect(names(checksOf(intent(), irsaWorld()))).toEqual(
    ['service-account-annotation', ...shared].map((name) => `${name} pass`),
  );
  expect(names(checksOf(byPod, podWorld()))).toEqual(
    ['association', ...shared, 'agent'].map((name) => `${name} pass`),
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

test('a control plane that is not ready is unknown in every respect', () => {
  const world = irsaWorld({ controlPlanes: [controlPlane('a', { notReady: 'it has no ID yet' })] });
  const checks = checksOf(intent(), world);
  expect(checks.every(({ status, detail }) => status === 'unknown' && detail === 'it has no ID yet')).toBe(
    true,
  );
  expect(isVerified(checks)).toBe(false);
});

test('warnings leave a verification standing, failures and unknowns do not', () => {
  const [one] = checksOf(intent(), irsaWorld());
  if (one === undefined) throw new Error('no check');
  expect(
    (['pass', 'warn', 'fail', 'unknown'] as const).map((status) => isVerified([{ ...one, status }])),
  ).toEqual([true, true, false, false]);
});
