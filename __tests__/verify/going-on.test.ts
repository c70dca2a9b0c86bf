/** Check `permissions`, `isolation` and `store-auth` where sessions go on to other roles. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { Role } from '../../src/model/world.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { commonAccess } from '../support/access.ts';
import { intent, ownedRole, type WorldParts } from '../support/factories.ts';
import { ACCOUNT, host, ROLE_ARN } from '../support/names.ts';
import { desiredOf } from '../support/world-of.ts';
import { answering, when } from './permission-answers.ts';
import { checkOf, foundOf, podWorld, soundRole, store, trusted } from './support.ts';

const READERS = 'arn:aws:iam::444455556666:role/readers';
const TARGET = 'arn:aws:iam::444455556666:role/target';
const NEAR = `arn:aws:iam::${ACCOUNT}:role/target`;
const PODS = { identity: 'pod-identity' } as const;
const naming = intent({ ...PODS, role: ownedRole({ assumeRoles: [READERS] }) });
const chained = intent({ ...PODS, targetRoleArn: TARGET });
const elsewhere = (targetRoleArn: string): Intent =>
  intent({ ...PODS, targetRoleArn, role: { kind: 'referenced', arn: ROLE_ARN } });

const holding = (asked: Intent, ofRole: Partial<Role> = {}, actions?: readonly string[]): WorldParts => {
  const inlinePolicies = { [ACCESS_POLICY_NAME]: commonAccess(desiredOf(asked).grants, actions) };
  return podWorld({ role: soundRole({ trustPolicy: podIdentityTrust(trusted), inlinePolicies, ...ofRole }) });
};
const answered = (asked: Intent, change: ReturnType<typeof when>, parts = holding(asked)) => {
  const { status, detail } = checkOf('permissions', parts, answering(change, asked, parts), asked);
  return `${status}: ${detail}`;
};
const asIs = when('none', 'none', {});

describe('the roles of stores', () => {
  test('may be assumed, and no other', () => {
    expect(answered(naming, asIs)).toContain(
      `pass: may read under prod/, not outside, may not write, may go on to ${READERS} and no other role`,
    );
  });

  test.each([
    ['sts:AssumeRole', `may not sts:AssumeRole on ${READERS}`],
    ['sts:TagSession', `may not sts:TagSession on ${READERS}`],
  ])('%s is refused', (action, said) => {
    expect(answered(naming, when(action, 'readers', { decision: 'implicit-deny' }))).toContain(
      `fail: ${said}`,
    );
  });

  test('another role may be assumed', () => {
    const found = answered(naming, when('sts:AssumeRole', 'identity-check', { decision: 'allowed' }));
    expect(found).toContain("fail: may sts:AssumeRole on a role that the inputs don't name");
  });
});

describe('the target role', () => {
  test('may be assumed: what it may itself is not known', () => {
    const found = answered(chained, asIs);
    expect(found).toContain(`warn: may go on to ${TARGET} (simulated by IAM); pods read as ${TARGET}`);
    expect(found).toContain('`probe-secrets` or `probe-parameters` proves it');
  });

  test('a proof that has read something makes it a pass, and one that has not does not', () => {
    const pass = { status: 'pass' as const, detail: '' };
    const proofs = new Map([[host('a'), { access: pass, negative: pass }]]);
    const proven = (probed: boolean) => checkOf('permissions', holding(chained), { proofs, probed }, chained);
    expect(proven(true)).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('by which the probes were read'),
    });
    expect(proven(false).status).toBe('warn');
  });

  test('what the role itself may read counts for nothing, that it may go on counts', () => {
    expect(
      answered(chained, when('secretsmanager:GetSecretValue', 'prod/', { decision: 'explicit-deny' })),
    ).toMatch(/^warn/);
    expect(answered(chained, when('sts:AssumeRole', 'target', { decision: 'explicit-deny' }))).toMatch(
      /^fail: .*a policy denies it/,
    );
  });

  test.each<[string, Intent, Partial<Role>, string]>([
    ['ours', chained, { inlinePolicies: {} }, 'fail: the role has no policy'],
    [
      'ours, the same account',
      { ...chained, targetRoleArn: NEAR },
      { inlinePolicies: {} },
      'fail: the role has no policy',
    ],
    [
      'made elsewhere, another account',
      elsewhere(TARGET),
      { inlinePolicies: {} },
      'fail: the role has no policy',
    ],
    [
      'made elsewhere, the same account',
      elsewhere(NEAR),
      { inlinePolicies: {} },
      'warn: the role has no policy',
    ],
    ['made elsewhere, the same account, with a policy', elsewhere(NEAR), {}, 'warn: whether it may go on'],
    [
      'made elsewhere, with managed policies',
      elsewhere(TARGET),
      { inlinePolicies: {}, attachedPolicies: ['arn:x'] },
      `unknown: sts:AssumeRole on ${TARGET}: no answer`,
    ],
    [
      'made elsewhere, without leave',
      elsewhere(TARGET),
      { inlinePolicies: { other: { Statement: [] } } },
      `fail: may not sts:AssumeRole on ${TARGET}`,
    ],
  ])('of a role %s', (_what, asked, ofRole, said) => {
    expect(foundOf('permissions', holding(asked, ofRole), asked)).toContain(said);
  });

  test('without session tags there is nothing to tag', () => {
    const asked = elsewhere(TARGET);
    const parts = holding(asked, {}, ['sts:AssumeRole']);
    expect(foundOf('permissions', parts, asked)).toMatch(/^fail: may not sts:TagSession/);
    const untagged = {
      ...parts,
      associations: parts.associations.map((one) => ({ ...one, disableSessionTags: true })),
    };
    expect(foundOf('permissions', untagged, asked)).toMatch(/^warn: may go on to/);
  });
});

describe('what keeps control planes apart', () => {
  const asked = intent({ ...PODS, targetRoleArn: TARGET, role: ownedRole({ secretPrefixes: ['{name}/'] }) });

  test('is the target role’s affair, unless it is proven', () => {
    expect(foundOf('isolation', holding(asked), asked)).toContain(`warn: pods read as ${TARGET}`);
    const pass = { status: 'pass' as const, detail: '' };
    const isolation = { status: 'pass' as const, detail: 'refused x of b' };
    const proofs = new Map([[host('a'), { access: pass, negative: pass, isolation }]]);
    expect(checkOf('isolation', holding(asked), { proofs }, asked)).toMatchObject(isolation);
  });
});

const auth = (next: string, asked: Intent) =>
  foundOf('store-auth', { ...holding(asked), stores: [store({ role: next })] }, asked);

describe('stores that go on', () => {
  test('to a role that nobody named: the input is told', () => {
    const plain = intent(PODS);
    expect(auth(READERS, plain)).toMatch(new RegExp(`^fail: .*: add ${READERS} to \`assume-roles\`$`));
    expect(auth(NEAR, plain)).toMatch(new RegExp(`^warn: .*: add ${NEAR} to \`assume-roles\`$`));
    expect(auth(READERS, naming)).toMatch(/^pass/);
  });

  test('of a role made elsewhere there is nothing to add', () => {
    const asked = intent({ ...PODS, role: { kind: 'referenced', arn: ROLE_ARN } });
    expect(auth(READERS, asked)).not.toContain('assume-roles');
  });

  test('named, and not there yet', () => {
    const parts = { ...holding(intent(PODS)), stores: [store({ role: READERS })] };
    expect(foundOf('store-auth', parts, naming)).toMatch(
      /^fail: .*allows sts:AssumeRole and sts:TagSession on it$/,
    );
  });

  test('from the target role: not known, and to itself not needed', () => {
    expect(auth(READERS, chained)).toContain(
      `warn: team-a/store assumes ${READERS} on top: whether ${TARGET}, as which pods read, may is not known`,
    );
    expect(auth(TARGET, chained)).toContain('take spec.provider.aws.role out');
  });
});
