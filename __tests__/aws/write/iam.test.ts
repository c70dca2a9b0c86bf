/** Writing roles and OIDC providers, against mocks of the SDK. */
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagOpenIDConnectProviderCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { createAwsWriter } from '../../../src/aws/writer.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import { ACCESS_POLICY_NAME } from '../../../src/policy/access.ts';
import { ACCOUNT, awsError, failureOf, mockedAws, ROLE, ROLE_ARN } from '../fakes.ts';

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, writer: createAwsWriter(mocked.clients, mocked.log, mocked.clock) };
}

const document: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'pods.eks.amazonaws.com' } },
  ],
};
const compact =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"pods.eks.amazonaws.com"}}]}';
const providerArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/1`;
const provider = {
  arn: providerArn,
  url: 'https://oidc.eks.eu-central-1.amazonaws.com/id/1',
  audiences: ['sts.amazonaws.com'],
  tags: { a: 'b' },
};
const roleSpec = { name: ROLE, path: '/', tags: { a: 'b' }, trustPolicy: document };
const iamRole = { RoleName: ROLE, RoleId: 'AROA1', Path: '/', CreateDate: new Date() };

describe('OIDC provider', () => {
  test('is created without a thumbprint', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateOpenIDConnectProviderCommand).resolves({});
    await writer.createOidcProvider(provider);
    expect(sent()).toEqual(['CreateOpenIDConnectProvider']);
    expect(iam.commandCalls(CreateOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      Url: provider.url,
      ClientIDList: ['sts.amazonaws.com'],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  test.each([
    [['other'], true],
    [['sts.amazonaws.com'], false],
  ])('made by somebody else meanwhile with %j: audience added: %s', async (ClientIDList, added) => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateOpenIDConnectProviderCommand).rejects(awsError('EntityAlreadyExistsException'));
    iam.on(GetOpenIDConnectProviderCommand).resolves({ ClientIDList });
    iam.on(AddClientIDToOpenIDConnectProviderCommand).resolves({});
    await writer.createOidcProvider(provider);
    expect(sent().includes('AddClientIDToOpenIDConnectProvider')).toBe(added);
  });

  test('waits while IAM does not reach the issuer, within a bound', async () => {
    const { iam, writer, clock } = setUp();
    const unreachable = awsError('OpenIdIdpCommunicationErrorException', 'Request to issuer timed out');
    iam.on(CreateOpenIDConnectProviderCommand).rejectsOnce(unreachable).resolves({});
    await writer.createOidcProvider(provider);
    expect(clock.sleeps).toHaveLength(1);
    iam.on(CreateOpenIDConnectProviderCommand).rejects(unreachable);
    const before = clock.now();
    const failure = await failureOf(writer.createOidcProvider(provider));
    expect(clock.now() - before).toBe(30_000);
    expect(failure.details.said).toContain('Request to issuer timed out');
  });

  test('is tagged; is deleted, and gone is fine', async () => {
    const { iam, writer } = setUp();
    iam.on(TagOpenIDConnectProviderCommand).resolves({});
    iam.on(DeleteOpenIDConnectProviderCommand).rejects(awsError('NoSuchEntityException'));
    await writer.tagOidcProvider(providerArn, { x: 'y' });
    await writer.deleteOidcProvider(providerArn);
    expect(iam.commandCalls(TagOpenIDConnectProviderCommand)[0]?.args[0].input).toEqual({
      OpenIDConnectProviderArn: providerArn,
      Tags: [{ Key: 'x', Value: 'y' }],
    });
  });
});

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

describe('what is written on a role', () => {
  test('tags, trust policy, inline policy: one call each, documents compact', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(TagRoleCommand).resolves({});
    iam.on(UpdateAssumeRolePolicyCommand).resolves({});
    iam.on(PutRolePolicyCommand).resolves({});
    iam.on(DeleteRolePolicyCommand).rejects(awsError('NoSuchEntityException'));
    await writer.tagRole(ROLE, { a: 'b' });
    await writer.putTrustPolicy(ROLE, document);
    await writer.putInlinePolicy({ roleName: ROLE, policyName: 'p', document });
    await writer.deleteInlinePolicy(ROLE, 'p');
    expect(sent()).toEqual(['TagRole', 'UpdateAssumeRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy']);
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

  test('a boundary is put on and taken off', async () => {
    const { iam, writer } = setUp();
    iam
      .on(PutRolePermissionsBoundaryCommand)
      .resolvesOnce({})
      .rejects(awsError('NoSuchEntityException', 'Scope ARN: arn:b does not exist'));
    iam.on(DeleteRolePermissionsBoundaryCommand).rejects(awsError('NoSuchEntityException'));
    await writer.putPermissionsBoundary(ROLE, 'arn:b');
    await writer.putPermissionsBoundary(ROLE, null);
    const failure = await failureOf(writer.putPermissionsBoundary(ROLE, 'arn:b'));
    expect(failure.reason).toBe('invalid-input');
    expect(failure.details.next).toContain('permissions-boundary');
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
