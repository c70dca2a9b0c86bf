/** What is late, and what somebody else has changed. */
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/model/change.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Association, Role } from '../../src/model/world.ts';
import type { InlinePolicyWrite, TrustPolicyWrite, Write } from '../../src/model/write.ts';
import { isRoleLate, lateAssociations } from '../../src/plan/late.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { association, intent, role, type WorldParts } from '../support/factories.ts';
import { CLUSTER, host, OTHER_ROLE_ARN, OURS, ROLE, ROLE_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { settledPods } from '../support/settled.ts';
import { worldOf } from '../support/world-of.ts';

const PODS = intent({ identity: 'pod-identity' });
const before = settledPods(['a']);
const worldWith = (parts: Partial<WorldParts>) => {
  const { role: _role, ...rest } = before;
  return worldOf(PODS, { ...rest, ...parts });
};

/** A run that has carried these writes out, or has not come to them. */
function carried(writes: readonly Write[], wrote = true) {
  const changes = writes.map((write, n): Change =>
    makeChange({ id: `thing/${n}`, target: '', action: 'update', reason: '', severity: 'security' }, write),
  );
  const outcomes = new Map(changes.map(({ address }) => [address, { status: 'done', wrote } as const]));
  const [doubts, blockers, warnings] = [[], [], []];
  return { plan: { changes, digest: '', doubts, blockers, warnings }, outcomes };
}

const other: PolicyDocument = { Version: '2012-10-17', Statement: [] };
const left: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'ssm:GetParameter', Resource: '*' }],
};
const having = (policy?: PolicyDocument): Role =>
  role({ inlinePolicies: policy === undefined ? {} : { [ACCESS_POLICY_NAME]: policy } });
const put = (replaces: PolicyDocument | null, op: InlinePolicyWrite['op'] = 'put-inline-policy'): Write => ({
  op,
  roleName: ROLE,
  policyName: ACCESS_POLICY_NAME,
  document: other,
  replaces,
});
const trust = (replaces: PolicyDocument, op: TrustPolicyWrite['op'] = 'put-trust-policy'): Write => ({
  op,
  roleName: ROLE,
  document: other,
  replaces,
});
const creation: Write = {
  op: 'create-role',
  name: ROLE,
  path: '/',
  trustPolicy: other,
  tags: OURS,
};

describe('a role as it was before a write', () => {
  test.each<[string, Write, Role | undefined, boolean]>([
    ['with the policy that was replaced', put(left), having(left), true],
    ['with the new one', put(left), having(other), false],
    ['without one, as there was none', put(null), having(), true],
    ['with one where there was none', put(null), having(left), false],
    ['without one where there was one', put(left), having(), false],
    ['with the trust that was replaced', trust(left), role({ trustPolicy: left }), true],
    ['with the policy that was narrowed', put(left, 'narrow-inline-policy'), having(left), true],
    [
      'with the trust that was narrowed',
      trust(left, 'narrow-trust-policy'),
      role({ trustPolicy: left }),
      true,
    ],
    ['with the new trust', trust(left), role({ trustPolicy: other }), false],
    ['that does not show, and was made', creation, undefined, true],
    ['that does not show, and was there', put(left), undefined, false],
    ['and another kind of write', { op: 'none' }, having(left), false],
  ])('%s', (_what, write, seen, expected) => {
    const now = worldWith(seen === undefined ? {} : { role: seen });
    expect(isRoleLate(now, carried([write]))).toBe(expected);
    expect(isRoleLate(now, carried([write], false))).toBe(false);
    expect(isRoleLate(now, { outcomes: new Map() })).toBe(false);
  });
});

describe('an association as it was before a write', () => {
  const key = { clusterName: CLUSTER, namespace: host('a'), serviceAccount: SERVICE_ACCOUNT };
  const made: Write = { op: 'create-association', ...key, roleArn: ROLE_ARN, tags: OURS };
  const update = (replaces: object = {}): Write => ({
    op: 'update-association',
    ...key,
    associationId: 'a-a',
    associationArn: 'arn',
    roleArn: ROLE_ARN,
    disableSessionTags: false,
    tags: OURS,
    replaces: { roleArn: OTHER_ROLE_ARN, tags: OURS, ...replaces },
  });
  const gone: Write = {
    op: 'delete-association',
    ...key,
    associationId: 'a-a',
    replaces: { roleArn: ROLE_ARN, tags: OURS },
  };
  const elsewhere = { roleArn: OTHER_ROLE_ARN };

  test.each<[string, Write, readonly Association[], boolean]>([
    ['made, and not listed', made, [], true],
    ['made, and listed', made, [association('a')], false],
    ['made for a host namespace that is gone', { ...made, namespace: host('gone') }, [], false],
    ['changed, and described as before', update(), [association('a', elsewhere)], true],
    ['changed, and described so', update(), [association('a')], false],
    ['changed, and changed again by others', update(), [association('a', { roleArn: 'arn:third' })], false],
    ['changed, and deleted by others', update(), [], false],
    [
      'changed, its session tags not seen yet',
      update({ roleArn: ROLE_ARN }),
      [association('a', { disableSessionTags: true })],
      true,
    ],
    [
      'changed, its tags not seen yet',
      update({ roleArn: ROLE_ARN, tags: {} }),
      [association('a', { tags: {} })],
      true,
    ],
    ['changed, and its tags seen', update({ roleArn: ROLE_ARN, tags: {} }), [association('a')], false],
    [
      'changed, its target role not seen yet',
      update({ roleArn: ROLE_ARN, targetRoleArn: OTHER_ROLE_ARN }),
      [association('a', { targetRoleArn: OTHER_ROLE_ARN })],
      true,
    ],
    [
      'changed, its session policy not seen yet',
      update({ roleArn: ROLE_ARN, sessionPolicy: left }),
      [association('a', { sessionPolicy: left })],
      true,
    ],
    [
      'changed, its session policy changed by others',
      update({ roleArn: ROLE_ARN, sessionPolicy: left }),
      [association('a', { sessionPolicy: other })],
      false,
    ],
    ['deleted, and still listed', gone, [association('a')], true],
    ['deleted, and not listed', gone, [], false],
    ['deleted, and made anew by others', gone, [association('a', { id: 'a-2' })], false],
    ['and another kind of write', { op: 'none' }, [], false],
  ])('%s', (_what, write, associations, expected) => {
    const now = worldWith({ associations });
    expect([...lateAssociations(now, carried([write]))]).toEqual(expected ? [host('a')] : []);
    expect(lateAssociations(now, carried([write], false)).size).toBe(0);
  });
});
