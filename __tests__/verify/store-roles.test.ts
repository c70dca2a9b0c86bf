/** Stores that go on to another role, and what of the workload's own role lets them. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import type { Statement } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import { podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { intent } from '../support/factories.ts';
import { OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { byPod, checkOf, irsaWorld, podWorld, soundRole, store, trusted, withoutRole } from './support.ts';

const AWAY = 'arn:aws:iam::444455556666:role/readers';
const auth = (...stores: readonly SecretStore[]) => checkOf('store-auth', irsaWorld({ stores }));
const may = (Action: Statement['Action'], more: Partial<Statement> = {}): Statement => ({
  Effect: 'Allow',
  ...(Action !== undefined && { Action }),
  Resource: '*',
  ...more,
});
const holding = (...Statement: readonly Statement[]): Partial<Role> => ({
  inlinePolicies: { own: { Version: '2012-10-17', Statement } },
});
const byIrsa = (next: Partial<SecretStore>, role: Partial<Role>) =>
  checkOf('store-auth', irsaWorld({ stores: [store(next)], role: soundRole(role) }));
const byPods = (next: Partial<SecretStore>, role: Partial<Role>, disableSessionTags = false) => {
  const trusting = soundRole({ trustPolicy: podIdentityTrust(trusted), ...role });
  return checkOf(
    'store-auth',
    podWorld({ stores: [store(next)], role: trusting }, { disableSessionTags }),
    {},
    byPod,
  );
};

describe('its own role, or another', () => {
  test('a role that has to assume itself fails, unless it trusts itself', () => {
    const chained = store({ role: ROLE_ARN });
    expect(auth(chained)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('take `spec.provider.aws.role` out'),
    });
    const self = { Effect: 'Allow' as const, Principal: { AWS: ROLE_ARN }, Action: 'sts:AssumeRole' };
    const role = soundRole({ trustPolicy: { Statement: [self] } });
    expect(checkOf('store-auth', irsaWorld({ stores: [chained], role })).status).toBe('pass');
  });

  test('another role on top is a warning, unless the role may assume it', () => {
    const chained = store({ role: OTHER_ROLE_ARN });
    expect(auth(chained)).toMatchObject({ status: 'warn', detail: expect.stringContaining(OTHER_ROLE_ARN) });
    const allowing = {
      Statement: [{ Effect: 'Allow' as const, Action: 'sts:AssumeRole', Resource: OTHER_ROLE_ARN }],
    };
    const role = soundRole({ inlinePolicies: { allowing } });
    expect(checkOf('store-auth', irsaWorld({ stores: [chained], role })).status).toBe('pass');
    expect(auth(store({ role: OTHER_ROLE_ARN, auth: 'static-keys' })).detail).not.toContain(OTHER_ROLE_ARN);
  });

  test.each([
    ['itself', ROLE_ARN, 'fail'],
    ['another', OTHER_ROLE_ARN, 'warn'],
  ])('a role that is not there trusts nobody and may assume nothing: %s', (_which, arn, expected) => {
    const parts = withoutRole(irsaWorld({ stores: [store({ role: arn })] }));
    expect(checkOf('store-auth', parts).status).toBe(expected);
  });
});

describe('the session’s tags go on with Pod Identity', () => {
  const both = may(['sts:AssumeRole', 'sts:TagSession']);
  const assumeOnly = may('sts:AssumeRole');

  test.each<[string, Statement, string, string]>([
    ['both actions', both, 'pass', 'signs in'],
    ['no sts:TagSession', assumeOnly, 'warn', 'allows sts:TagSession on it'],
    ['neither', may('s3:*'), 'warn', 'allows sts:AssumeRole and sts:TagSession on it'],
  ])('%s', (_what, statement, status, said) => {
    const found = byPods({ role: OTHER_ROLE_ARN }, holding(statement));
    expect(found).toMatchObject({ status, detail: expect.stringContaining(said) });
  });

  test('without tags, and by IRSA, there is nothing to tag', () => {
    expect(byPods({ role: OTHER_ROLE_ARN }, holding(assumeOnly), true).status).toBe('pass');
    expect(byIrsa({ role: OTHER_ROLE_ARN }, holding(assumeOnly)).status).toBe('pass');
  });

  test('in another account nothing else could allow it', () => {
    expect(byPods({ role: AWAY }, holding(assumeOnly))).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('sts:TagSession'),
    });
    expect(byPods({ role: AWAY }, { ...holding(assumeOnly), attachedPolicies: ['arn:x'] }).status).toBe(
      'warn',
    );
    expect(byPods({ role: AWAY }, holding(both)).status).toBe('pass');
  });

  test('a role that assumes itself has to trust itself with them', () => {
    const self: Statement = { Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'sts:AssumeRole' };
    const trust = podIdentityTrust(trusted).Statement;
    expect(byPods({ role: ROLE_ARN }, { trustPolicy: { Statement: [...trust, self] } }).status).toBe('fail');
    const tagging = { ...self, Action: 'sts:*' };
    expect(byPods({ role: ROLE_ARN }, { trustPolicy: { Statement: [...trust, tagging] } }).status).toBe(
      'pass',
    );
  });
});

describe('what the policies say, or leave open', () => {
  const guarded = { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } };

  test('a denial is certain, a condition is not', () => {
    const deny: Statement = { ...may('sts:*'), Effect: 'Deny' };
    expect(byIrsa({ role: OTHER_ROLE_ARN }, holding(may('*'), deny))).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('denies sts:AssumeRole on it'),
    });
    expect(byIrsa({ role: OTHER_ROLE_ARN }, holding(may('sts:AssumeRole', guarded)))).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('could not be determined'),
    });
    const self: Statement = {
      Effect: 'Allow',
      Principal: { AWS: ROLE_ARN },
      Action: 'sts:AssumeRole',
      ...guarded,
    };
    expect(byIrsa({ role: ROLE_ARN }, { trustPolicy: { Statement: [self] } }).status).toBe('unknown');
  });

  test('what is certain of one action counts, whatever is not known of the other', () => {
    const mixed = holding(may('sts:AssumeRole', guarded));
    expect(byPods({ role: AWAY }, mixed)).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining('allows sts:AssumeRole and sts:TagSession on it'),
    });
    const self: Statement = { Effect: 'Allow', Principal: { AWS: ROLE_ARN }, Action: 'sts:AssumeRole' };
    const tagging: Statement = { ...self, Action: 'sts:TagSession', ...guarded };
    const trustPolicy = { Statement: [...podIdentityTrust(trusted).Statement, self, tagging] };
    expect(byPods({ role: ROLE_ARN }, { trustPolicy }).status).toBe('unknown');
  });

  test('of several roles the first is assumed with the workload’s own', () => {
    const first = may('sts:AssumeRole', { Resource: AWAY });
    const chain = { additionalRoles: [AWAY, 'arn:aws:iam::444455556666:role/second'], role: OTHER_ROLE_ARN };
    expect(byIrsa(chain, holding(first)).status).toBe('pass');
    expect(byIrsa({ role: OTHER_ROLE_ARN }, holding(first)).status).toBe('warn');
  });
});

const away = (arn: string) => intent({ role: { kind: 'referenced', arn } });

const found = (next: string, asked = away(AWAY)) =>
  checkOf(
    'store-auth',
    irsaWorld({ stores: [store({ role: next })], role: soundRole(holding(may('sts:AssumeRole'))) }),
    {},
    asked,
  );

describe('a role that can’t be read', () => {
  test('a namesake in this account says nothing of the role in another', () => {
    expect(found(OTHER_ROLE_ARN)).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(`whether ${AWAY} may do so is not known`),
    });
    expect(found(AWAY)).toMatchObject({ status: 'unknown' });
  });

  test('nor does a namesake at another path', () => {
    const pathed = ROLE_ARN.replace(':role/', ':role/team/');
    expect(found(OTHER_ROLE_ARN, away(pathed))).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining(`no inline policy of ${pathed}`),
    });
  });
});
