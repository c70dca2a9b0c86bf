/** Writing on a role, against mocks of the SDK. */
import {
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { awsError, failureOf, ROLE } from '../fakes.ts';
import { compact, document, setUp } from './setup.ts';

describe('what is written on a role', () => {
  test('tags, trust policy, inline policy: one call each, documents compact', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(TagRoleCommand).resolves({});
    iam.on(UpdateAssumeRolePolicyCommand).resolves({});
    iam.on(PutRolePolicyCommand).resolves({});
    await writer.tagRole(ROLE, { a: 'b' });
    await writer.putTrustPolicy(ROLE, document);
    await writer.putInlinePolicy({ op: 'put-inline-policy', roleName: ROLE, policyName: 'p', document });
    expect(sent()).toEqual(['TagRole', 'UpdateAssumeRolePolicy', 'PutRolePolicy']);
    expect(iam.commandCalls(UpdateAssumeRolePolicyCommand)[0]?.args[0].input.PolicyDocument).toBe(compact);
    expect(iam.commandCalls(PutRolePolicyCommand)[0]?.args[0].input.PolicyDocument).toBe(compact);
  });

  test('parallel edits are waited out, within a bound', async () => {
    const { iam, writer, clock } = setUp();
    const concurrent = awsError('ConcurrentModificationException', 'in progress');
    iam.on(UpdateAssumeRolePolicyCommand).rejectsOnce(concurrent).rejectsOnce(concurrent).resolves({});
    await writer.putTrustPolicy(ROLE, document);
    expect(clock.sleeps).toHaveLength(2);
    iam.on(TagRoleCommand).rejects(concurrent);
    const before = clock.now();
    expect((await failureOf(writer.tagRole(ROLE, {}))).reason).toBe('plan-changed');
    expect(clock.now() - before).toBe(30_000);
  });

  test('a trust policy over the quota names the quota of the account', async () => {
    const { iam, writer } = setUp();
    const message = 'Cannot exceed quota for ACLSizePerRole: 4096';
    iam.on(UpdateAssumeRolePolicyCommand).rejects(awsError('LimitExceededException', message));
    const failure = await failureOf(writer.putTrustPolicy(ROLE, document));
    expect(failure.reason).toBe('quota-exceeded');
    expect(failure.details.next).toContain('4096');
  });

  test('a boundary is put on; that there is none of this name is bad input', async () => {
    const { iam, writer, sent } = setUp();
    iam
      .on(PutRolePermissionsBoundaryCommand)
      .resolvesOnce({})
      .rejects(awsError('NoSuchEntityException', 'Scope ARN: arn:b does not exist'));
    await writer.putPermissionsBoundary(ROLE, 'arn:b');
    expect(sent()).toEqual(['PutRolePermissionsBoundary']);
    const failure = await failureOf(writer.putPermissionsBoundary(ROLE, 'arn:b'));
    expect(failure.reason).toBe('invalid-input');
    expect(failure.details.next).toContain('permissions-boundary');
  });
});
