/** Creating and deleting roles, against mocks of the SDK. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { CreateRole } from '../../../src/model/write.ts';
import { ACCESS_POLICY_NAME } from '../../../src/policy/access-policy.ts';
import { awsError, failureOf, ROLE, ROLE_ARN } from '../fakes.ts';
import { compact, document, setUp } from './setup.ts';

const roleSpec: CreateRole = {
  op: 'create-role',
  name: ROLE,
  path: '/',
  tags: { a: 'b' },
  trustPolicy: document,
};
const iamRole = { RoleName: ROLE, RoleId: 'AROA1', Path: '/', CreateDate: new Date() };

describe('createRole', () => {
  test('puts tags and boundary into the one call and waits for the ARN', async () => {
    const { iam, writer, sent, clock } = setUp();
    iam.on(CreateRoleCommand).resolves({});
    iam
      .on(GetRoleCommand)
      .rejectsOnce(awsError('NoSuchEntityException'))
      .resolvesOnce({ Role: { ...iamRole, Arn: 'AROAEXAMPLE' } })
      .resolves({ Role: { ...iamRole, Arn: ROLE_ARN } });
    await writer.createRole({ ...roleSpec, permissionsBoundary: 'arn:boundary' });
    expect(sent()).toEqual(['CreateRole', 'GetRole', 'GetRole', 'GetRole']);
    expect(iam.commandCalls(CreateRoleCommand)[0]?.args[0].input).toEqual({
      RoleName: ROLE,
      Path: '/',
      AssumeRolePolicyDocument: compact,
      PermissionsBoundary: 'arn:boundary',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(clock.sleeps).toEqual([1000, 1000]);
  });

  test('gives up on a role that never shows', async () => {
    const { iam, writer, clock, log } = setUp();
    iam.on(CreateRoleCommand).resolves({});
    iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
    const before = clock.now();
    const failure = await failureOf(writer.createRole(roleSpec));
    expect(failure.reason).toBe('timed-out');
    expect(failure.message).toContain(ROLE);
    expect(clock.now() - before).toBe(60_000);
    expect(log.lines[0]).toBe(`Waiting for IAM to show role ${ROLE} (0.0 s of 60 s)`);
  });

  test.each([
    ['EntityAlreadyExistsException', `Role with name ${ROLE} already exists.`, 'not-owned'],
    ['MalformedPolicyDocumentException', 'Federated principals must be valid', 'internal'],
    [
      'NoSuchEntityException',
      'Scope ARN: arn:boundary does not exist or is not attachable.',
      'invalid-input',
    ],
    ['NoSuchEntityException', 'something else', 'plan-changed'],
    ['LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000', 'quota-exceeded'],
  ])('%s "%s" is %s, after one attempt', async (name, message, reason) => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateRoleCommand).rejects(awsError(name, message));
    const failure = await failureOf(writer.createRole({ ...roleSpec, permissionsBoundary: 'arn:boundary' }));
    expect(failure.reason).toBe(reason);
    expect(failure.details.said).toContain(message);
    expect(sent()).toEqual(['CreateRole']);
  });

  test('a role without a boundary is not blamed on one', async () => {
    const { iam, writer } = setUp();
    iam.on(CreateRoleCommand).rejects(awsError('NoSuchEntityException', 'Scope ARN: x does not exist'));
    expect((await failureOf(writer.createRole(roleSpec))).reason).toBe('plan-changed');
  });
});

describe('deleteRole', () => {
  test('takes its own inline policy first and never those of others', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(DeleteRolePolicyCommand).resolves({});
    iam.on(DeleteRoleCommand).resolves({});
    await writer.deleteRole(ROLE);
    expect(sent()).toEqual(['DeleteRolePolicy', 'DeleteRole']);
    expect(iam.commandCalls(DeleteRolePolicyCommand)[0]?.args[0].input).toEqual({
      RoleName: ROLE,
      PolicyName: ACCESS_POLICY_NAME,
    });
  });

  test('a role that is gone is fine', async () => {
    const { iam, writer } = setUp();
    iam.on(DeleteRolePolicyCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(DeleteRoleCommand).rejects(awsError('NoSuchEntityException'));
    await expect(writer.deleteRole(ROLE)).resolves.toBeUndefined();
  });

  test('a removal on its way is waited for', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(DeleteRolePolicyCommand).resolves({});
    iam.on(DeleteRoleCommand).rejectsOnce(awsError('DeleteConflictException')).resolves({});
    await writer.deleteRole(ROLE);
    expect(sent()).toEqual(['DeleteRolePolicy', 'DeleteRole', 'DeleteRole']);
  });

  test.each([
    [['theirs'], [{ PolicyArn: 'arn:p' }], 'inline policy theirs, arn:p'],
    [[], [], 'instance profile'],
  ])('what others put on it stays and is named: %j %j', async (PolicyNames, AttachedPolicies, named) => {
    const { iam, writer, clock, sent } = setUp();
    iam.on(DeleteRolePolicyCommand).resolves({});
    iam.on(DeleteRoleCommand).rejects(awsError('DeleteConflictException', 'must detach all policies first'));
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames });
    iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies });
    const before = clock.now();
    const failure = await failureOf(writer.deleteRole(ROLE));
    expect(failure.reason).toBe('not-owned');
    expect(failure.details.next).toContain(named);
    expect(clock.now() - before).toBe(20_000);
    expect(sent().filter((name) => name.startsWith('Detach'))).toEqual([]);
    expect(sent().filter((name) => name === 'DeleteRolePolicy')).toHaveLength(1);
  });
});
