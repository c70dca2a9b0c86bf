/** Writing on a role, against mocks of the SDK. */
import {
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import { awsError, failureOf, ROLE } from '../fakes.ts';
import { compact, document, iamRole, setUp } from './setup.ts';

const before = { Version: '2012-10-17', Statement: [] };
const trust = { op: 'put-trust-policy', roleName: ROLE, document, replaces: before } as const;
const inline = {
  op: 'put-inline-policy',
  roleName: ROLE,
  policyName: 'p',
  document,
  replaces: null,
} as const;

const tagging = { op: 'tag-role', roleName: ROLE, tags: { a: 'b' }, replaces: {} } as const;
const bounding = {
  op: 'put-permissions-boundary',
  roleName: ROLE,
  permissionsBoundary: 'arn:b',
  replaces: null,
} as const;

/** A role as it was planned on. */
function planned() {
  const mocked = setUp();
  mocked.iam.on(GetRoleCommand).resolves({ Role: iamRole(before) });
  mocked.iam.on(GetRolePolicyCommand).rejects(awsError('NoSuchEntityException'));
  mocked.iam.on(TagRoleCommand).resolves({});
  mocked.iam.on(UpdateAssumeRolePolicyCommand).resolves({});
  mocked.iam.on(PutRolePolicyCommand).resolves({});
  return mocked;
}

/** IAM shows these one after the other, and goes on with the last. */
function showing(...documents: readonly PolicyDocument[]) {
  const mocked = planned();
  const shown = mocked.iam.on(GetRoleCommand);
  for (const one of documents.slice(0, -1)) shown.resolvesOnce({ Role: iamRole(one) });
  shown.resolves({ Role: iamRole(documents.at(-1) ?? before) });
  return mocked;
}

describe('what is written on a role', () => {
  test('tags, trust policy, inline policy: one call each, documents compact', async () => {
    const { iam, writer, sent } = planned();
    await writer.tagRole(tagging);
    await writer.putTrustPolicy(trust);
    await writer.putInlinePolicy(inline);
    expect(sent()).toEqual([
      'GetRole',
      'TagRole',
      'GetRole',
      'UpdateAssumeRolePolicy',
      'GetRolePolicy',
      'PutRolePolicy',
    ]);
    expect(iam.commandCalls(UpdateAssumeRolePolicyCommand)[0]?.args[0].input.PolicyDocument).toBe(compact);
    expect(iam.commandCalls(PutRolePolicyCommand)[0]?.args[0].input.PolicyDocument).toBe(compact);
  });

  test('parallel edits are waited out, within a bound', async () => {
    const { iam, writer, clock } = planned();
    const concurrent = awsError('ConcurrentModificationException', 'in progress');
    iam.on(UpdateAssumeRolePolicyCommand).rejectsOnce(concurrent).rejectsOnce(concurrent).resolves({});
    await writer.putTrustPolicy(trust);
    expect(clock.slept).toHaveLength(2);
    iam.on(TagRoleCommand).rejects(concurrent);
    const start = clock.now();
    expect((await failureOf(writer.tagRole({ ...tagging, tags: {} }))).reason).toBe('plan-changed');
    expect(clock.now() - start).toBe(30_000);
  });

  test('a trust policy over the quota names the quota of the account', async () => {
    const { iam, writer } = planned();
    const message = 'Cannot exceed quota for ACLSizePerRole: 4096';
    iam.on(UpdateAssumeRolePolicyCommand).rejects(awsError('LimitExceededException', message));
    const failure = await failureOf(writer.putTrustPolicy(trust));
    expect(failure.reason).toBe('quota-exceeded');
    expect(failure.details.next).toContain('4096');
  });

  test('a boundary is put on; that there is none of this name is bad input', async () => {
    const { iam, writer, sent } = planned();
    iam
      .on(PutRolePermissionsBoundaryCommand)
      .resolvesOnce({})
      .rejects(awsError('NoSuchEntityException', 'Scope ARN: arn:b does not exist'));
    await writer.putPermissionsBoundary(bounding);
    expect(sent()).toEqual(['GetRole', 'PutRolePermissionsBoundary']);
    const failure = await failureOf(writer.putPermissionsBoundary(bounding));
    expect(failure.reason).toBe('invalid-input');
    expect(failure.details.next).toContain('permissions-boundary');
  });
});

describe('what somebody else has changed since the plan', () => {
  const theirs = { Version: '2012-10-17', Statement: [{ Effect: 'Deny' as const, Action: 'sts:*' }] };
  test('a trust policy is not overwritten, and at once', async () => {
    const { writer, sent, clock } = showing(theirs);
    const failure = await failureOf(writer.putTrustPolicy(trust));
    expect([failure.reason, sent(), clock.slept]).toEqual(['plan-changed', ['GetRole'], []]);
    expect(failure.details.said).toContain(`the trust policy of role ${ROLE} is not as it was`);
  });

  test('a role that is gone neither', async () => {
    const { iam, writer } = planned();
    iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
    expect((await failureOf(writer.putTrustPolicy(trust))).reason).toBe('plan-changed');
  });

  test('nor an inline policy, whether there was one or none', async () => {
    const { iam, writer, sent } = planned();
    const PolicyDocument = encodeURIComponent(JSON.stringify(theirs));
    iam.on(GetRolePolicyCommand).resolves({ RoleName: ROLE, PolicyName: 'p', PolicyDocument });
    expect((await failureOf(writer.putInlinePolicy(inline))).reason).toBe('plan-changed');
    iam.on(GetRolePolicyCommand).rejects(awsError('NoSuchEntityException'));
    const replacing = { ...inline, replaces: theirs };
    expect((await failureOf(writer.putInlinePolicy(replacing))).reason).toBe('plan-changed');
    expect(new Set(sent())).toEqual(new Set(['GetRolePolicy']));
  });

  test.each([
    [[{ Key: 'a', Value: 'theirs' }], false],
    [[{ Key: 'A', Value: 'theirs' }], false],
    [[{ Key: 'a', Value: 'b' }], true],
    [[{ Key: 'c', Value: 'theirs' }], true],
  ])('nor the tags that are written: %j: %s', async (Tags, isWritten) => {
    const { iam, writer, sent } = planned();
    iam.on(GetRoleCommand).resolves({ Role: iamRole(before, { Tags }) });
    const outcome = await writer.tagRole(tagging).catch((error: unknown) => error);
    expect(sent().includes('TagRole')).toBe(isWritten);
    expect(outcome).toEqual(isWritten ? undefined : expect.objectContaining({ reason: 'plan-changed' }));
  });

  test.each([
    ['arn:theirs', null, false],
    [undefined, 'arn:old', false],
    ['arn:old', 'arn:old', true],
    ['arn:b', 'arn:old', true],
  ])('nor a boundary: %s instead of %s: %s', async (actual, replaces, isWritten) => {
    const { iam, writer, sent } = planned();
    const PermissionsBoundary = actual === undefined ? undefined : { PermissionsBoundaryArn: actual };
    iam.on(GetRoleCommand).resolves({ Role: iamRole(before, { PermissionsBoundary }) });
    iam.on(PutRolePermissionsBoundaryCommand).resolves({});
    const outcome = await writer
      .putPermissionsBoundary({ ...bounding, replaces })
      .catch((error: unknown) => error);
    expect(sent().includes('PutRolePermissionsBoundary')).toBe(isWritten);
    expect(outcome).toEqual(isWritten ? undefined : expect.objectContaining({ reason: 'plan-changed' }));
  });

  test('compares by meaning: written otherwise, or just as wanted, is no change', async () => {
    const { writer, sent } = showing({ ...before, Id: 'x', Statement: [] }, document);
    await writer.putTrustPolicy(trust);
    await writer.putTrustPolicy(trust);
    expect(sent().filter((name) => name === 'UpdateAssumeRolePolicy')).toHaveLength(2);
  });

  test('a read that shows what this run has replaced is late: it is waited for', async () => {
    const narrowed = { ...trust, op: 'narrow-trust-policy', document: theirs, replaces: document } as const;
    const { writer, sent, clock } = showing(before, before, before, document);
    await writer.putTrustPolicy(trust);
    await writer.putTrustPolicy(narrowed);
    expect(clock.slept).toEqual([500, 750]);
    expect(sent().at(-1)).toBe('UpdateAssumeRolePolicy');
  });

  test('but not for ever', async () => {
    const narrowed = { ...trust, op: 'narrow-trust-policy', document: theirs, replaces: document } as const;
    const { writer, clock } = showing(before);
    await writer.putTrustPolicy(trust);
    const start = clock.now();
    expect((await failureOf(writer.putTrustPolicy(narrowed))).reason).toBe('plan-changed');
    expect(clock.now() - start).toBe(60_000);
  });
});
