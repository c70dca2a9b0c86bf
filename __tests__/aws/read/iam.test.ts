/** Reading roles, OIDC providers and the quota, against mocks of the SDK. */
import {
  GetAccountSummaryCommand,
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { START } from '../../support/names.ts';
import { ACCOUNT, awsError, failureOf, mockedAws, ROLE, ROLE_ARN } from '../fakes.ts';

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, reader: createAwsReader(mocked.clients, mocked.log, mocked.clock) };
}

const encoded = (document: unknown) => encodeURIComponent(JSON.stringify(document));
const asForms = (document: unknown) => encoded(document).replaceAll('%20', '+');
const trust = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: { Bool: { 'aws:SecureTransport': true }, StringLike: { 'aws:x': ['a*', 'b b'] } },
  },
};

describe('role', () => {
  test('with policies decoded, over all pages', async () => {
    const { iam, reader, sent } = setUp();
    iam.on(GetRoleCommand, { RoleName: ROLE }).resolves({
      Role: {
        RoleName: ROLE,
        RoleId: 'AROA1',
        Arn: ROLE_ARN,
        Path: '/spaces/',
        CreateDate: new Date(START),
        AssumeRolePolicyDocument: encoded(trust),
        PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::1:policy/b' },
        Tags: [{ Key: 'managed-by', Value: 'spaces-workload-identity' }],
      },
    });
    iam
      .on(ListRolePoliciesCommand, { RoleName: ROLE, Marker: undefined })
      .resolves({ PolicyNames: ['one'], IsTruncated: true, Marker: 'm1' })
      .on(ListRolePoliciesCommand, { RoleName: ROLE, Marker: 'm1' })
      .resolves({ PolicyNames: ['two', 'removed'], IsTruncated: false });
    const policy = { Statement: [{ Effect: 'Deny', NotAction: '*', NotResource: '*', NotPrincipal: '*' }] };
    iam
      .on(GetRolePolicyCommand)
      .resolves({ RoleName: ROLE, PolicyName: 'x', PolicyDocument: encoded(policy) });
    iam
      .on(GetRolePolicyCommand, { RoleName: ROLE, PolicyName: 'removed' })
      .rejects(awsError('NoSuchEntityException'));
    iam
      .on(ListAttachedRolePoliciesCommand, { RoleName: ROLE, Marker: undefined })
      .resolves({ AttachedPolicies: [{ PolicyArn: 'arn:1' }], IsTruncated: true, Marker: 'm2' })
      .on(ListAttachedRolePoliciesCommand, { RoleName: ROLE, Marker: 'm2' })
      .resolves({ AttachedPolicies: [{ PolicyArn: 'arn:2' }, {}] });
    expect(await reader.role(ROLE)).toEqual({
      name: ROLE,
      arn: ROLE_ARN,
      path: '/spaces/',
      permissionsBoundary: 'arn:aws:iam::1:policy/b',
      tags: { 'managed-by': 'spaces-workload-identity' },
      createdAt: START,
      trustPolicy: {
        ...trust,
        Statement: [
          {
            ...trust.Statement,
            Condition: { Bool: { 'aws:SecureTransport': 'true' }, StringLike: { 'aws:x': ['a*', 'b b'] } },
          },
        ],
      },
      inlinePolicies: { one: policy, two: policy },
      attachedPolicies: ['arn:1', 'arn:2'],
    });
    expect(sent().filter((name) => /^(Put|Update|Delete|Create|Tag|Attach|Detach)/.test(name))).toEqual([]);
  });

  test('undefined when there is none, and nothing else is asked', async () => {
    const { iam, reader, sent } = setUp();
    iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException', 'not found'));
    expect(await reader.role(ROLE)).toBeUndefined();
    expect(sent()).toEqual(['GetRole']);
  });

  test('one that is deleted while it is read has no policies', async () => {
    const { iam, reader } = setUp();
    const Role = { RoleName: ROLE, Arn: ROLE_ARN, AssumeRolePolicyDocument: encoded(trust) };
    // The API model has more required members than IAM's answer needs here.
    iam
      .on(GetRoleCommand)
      .resolves({ Role: { ...Role, Path: undefined, RoleId: undefined, CreateDate: undefined } });
    iam.on(ListRolePoliciesCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(ListAttachedRolePoliciesCommand).rejects(awsError('NoSuchEntityException'));
    const role = await reader.role(ROLE);
    expect(role).toMatchObject({ path: '/', tags: {}, inlinePolicies: {}, attachedPolicies: [] });
    expect(role).not.toHaveProperty('permissionsBoundary');
  });

  test.each<[string, (document: unknown) => string]>([
    ['encoded as forms are', asForms],
    ['encoded but for slashes', (document) => encoded(document).replaceAll('%2F', '/')],
    ['laid out in lines', (document) => encodeURIComponent(JSON.stringify(document, undefined, 2))],
    [
      'laid out in lines and encoded as forms are',
      (document) => encodeURIComponent(JSON.stringify(document, undefined, 2)).replaceAll('%20', '+'),
    ],
    ['not encoded', (document) => JSON.stringify(document, undefined, 2)],
  ])('a document %s is read all the same', async (_how, written) => {
    const { iam, reader } = setUp();
    const plus = { ...trust, Id: '50% a+b c', Statement: [trust.Statement] };
    iam.on(GetRoleCommand).resolves({
      Role: {
        RoleName: ROLE,
        Arn: ROLE_ARN,
        AssumeRolePolicyDocument: written(plus),
        Path: '',
        PermissionsBoundary: { PermissionsBoundaryArn: '' },
        RoleId: undefined,
        CreateDate: undefined,
      },
    });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [] });
    iam.on(ListAttachedRolePoliciesCommand).resolves({});
    const role = await reader.role(ROLE);
    expect(role).toMatchObject({ path: '/', trustPolicy: { Id: '50% a+b c' } });
    expect(role?.trustPolicy.Statement[0]?.Condition?.['StringLike']).toEqual({ 'aws:x': ['a*', 'b b'] });
    expect(role).not.toHaveProperty('permissionsBoundary');
  });

  test('a document that is no policy is reported as unreadable', async () => {
    const { iam, reader } = setUp();
    const Role = { RoleName: ROLE, Arn: ROLE_ARN, AssumeRolePolicyDocument: '%7B%22Statement%22%3A1%7D' };
    iam
      .on(GetRoleCommand)
      .resolves({ Role: { ...Role, Path: '/', RoleId: 'AROA1', CreateDate: new Date() } });
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [] });
    iam.on(ListAttachedRolePoliciesCommand).resolves({});
    const failure = await failureOf(reader.role(ROLE));
    expect(failure.details.said).toContain("the policy document can't be read");
  });
});

describe('OIDC provider', () => {
  const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/1`;

  test('with audiences and tags', async () => {
    const { iam, reader } = setUp();
    iam.on(GetOpenIDConnectProviderCommand, { OpenIDConnectProviderArn: arn }).resolves({
      ClientIDList: ['sts.amazonaws.com'],
      Tags: [{ Key: 'a', Value: '' }],
    });
    expect(await reader.oidcProvider(arn)).toEqual({
      arn,
      audiences: ['sts.amazonaws.com'],
      tags: { a: '' },
    });
  });

  test('without any; and none', async () => {
    const { iam, reader } = setUp();
    iam.on(GetOpenIDConnectProviderCommand).resolvesOnce({}).rejects(awsError('NoSuchEntity'));
    expect(await reader.oidcProvider(arn)).toEqual({ arn, audiences: [], tags: {} });
    expect(await reader.oidcProvider(arn)).toBeUndefined();
  });
});

describe("trust policy's quota", () => {
  test("is the account's own", async () => {
    const { iam, reader } = setUp();
    iam.on(GetAccountSummaryCommand).resolves({ SummaryMap: { AssumeRolePolicySizeQuota: 4096 } });
    expect(await reader.trustPolicyQuota()).toBe(4096);
  });

  test.each([{}, { SummaryMap: {} }, { SummaryMap: { AssumeRolePolicySizeQuota: 0 } }])(
    'is unknown from %j: no account allows none',
    async (answer) => {
      const { iam, reader } = setUp();
      iam.on(GetAccountSummaryCommand).resolves(answer);
      expect(await reader.trustPolicyQuota()).toBeUndefined();
    },
  );

  test('is unknown when IAM gives none, whatever the reason: the default is the safe assumption', async () => {
    const { iam, reader, log } = setUp();
    iam
      .on(GetAccountSummaryCommand)
      .rejectsOnce(awsError('AccessDenied', 'no iam:GetAccountSummary'))
      .rejects(awsError('Throttling', 'Rate exceeded', { $metadata: { attempts: 8 } }));
    expect(await reader.trustPolicyQuota()).toBeUndefined();
    expect(log.lines.join()).toContain('no iam:GetAccountSummary');
    expect(await reader.trustPolicyQuota()).toBeUndefined();
  });
});
