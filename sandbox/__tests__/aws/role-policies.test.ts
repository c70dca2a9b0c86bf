/** Inline and attached policies of roles through the SDK. */
import {
  AttachRolePolicyCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Bench, podTrust, startBench } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
});
afterEach(() => bench.aws.close());

const role = { RoleName: 'workload' };
const inline = { ...role, PolicyName: 'access' };
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const document = (resource: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: resource }],
  });

test('inline policies are put, listed, read back URL-encoded and deleted', async () => {
  const { iam } = bench.admin;
  const text = document("arn:aws:secretsmanager:*:*:secret:prod/(it's)*");
  await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: text }));
  expect((await iam.send(new ListRolePoliciesCommand(role))).PolicyNames).toEqual(['access']);
  const { PolicyDocument: read = '' } = await iam.send(new GetRolePolicyCommand(inline));
  expect(read).toMatch(/^[\w.~%-]+$/);
  expect(decodeURIComponent(read)).toBe(text);
  await iam.send(new DeleteRolePolicyCommand(inline));
  expect((await iam.send(new ListRolePoliciesCommand(role))).PolicyNames).toEqual([]);
  await expect(iam.send(new GetRolePolicyCommand(inline))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  await expect(iam.send(new DeleteRolePolicyCommand(inline))).rejects.toMatchObject({
    message: 'The role policy with name access cannot be found.',
  });
});

test('the quota counts all inline policies together, without white space', async () => {
  const { iam } = bench.admin;
  const half = JSON.stringify(JSON.parse(document('a'.repeat(5100))), null, 4);
  await iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: half }));
  const second = { ...inline, PolicyName: 'second', PolicyDocument: half };
  await expect(iam.send(new PutRolePolicyCommand(second))).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Maximum policy size of 10240 bytes exceeded for role workload',
  });
});

test('a permission policy with a principal is malformed', async () => {
  const trust = JSON.stringify(podTrust());
  const refused = bench.admin.iam.send(new PutRolePolicyCommand({ ...inline, PolicyDocument: trust }));
  await expect(refused).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException' });
});

test('labels of statements name one of them', async () => {
  const { iam } = bench.admin;
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  const put = async (...labels: readonly string[]) =>
    await iam.send(
      new PutRolePolicyCommand({
        ...inline,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [...labels.map((Sid) => ({ Sid, ...statement })), statement, statement],
        }),
      }),
    );
  await put('One', 'Two');
  await expect(put('One', 'Two', 'One')).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message: 'Statement IDs (SID) in a single policy must be unique.',
  });
});

test('managed policies are attached once, listed and detached', async () => {
  const { iam } = bench.admin;
  const attachment = { ...role, PolicyArn: readOnly };
  await iam.send(new AttachRolePolicyCommand(attachment));
  await iam.send(new AttachRolePolicyCommand(attachment));
  const { AttachedPolicies: attached } = await iam.send(new ListAttachedRolePoliciesCommand(role));
  expect(attached).toEqual([{ PolicyName: 'ReadOnlyAccess', PolicyArn: readOnly }]);
  expect((await iam.send(new GetPolicyCommand({ PolicyArn: readOnly }))).Policy?.AttachmentCount).toBe(1);
  await iam.send(new DetachRolePolicyCommand(attachment));
  await expect(iam.send(new DetachRolePolicyCommand(attachment))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
});

test('a role takes only so many managed policies', async () => {
  bench.aws.settings.managedPolicyQuota = 1;
  bench.aws.iam.attachRolePolicy('workload', readOnly);
  const more = { ...role, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  await expect(bench.admin.iam.send(new AttachRolePolicyCommand(more))).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for PoliciesPerRole: 1',
  });
});

test('the document of a managed policy is read through its version', async () => {
  const { iam } = bench.admin;
  const { Policy: policy } = await iam.send(new GetPolicyCommand({ PolicyArn: readOnly }));
  const version = { PolicyArn: readOnly, VersionId: policy?.DefaultVersionId };
  const { PolicyVersion: read } = await iam.send(new GetPolicyVersionCommand(version));
  expect(decodeURIComponent(read?.Document ?? '')).toContain('eks:Describe*');
});

test('a boundary is set and removed', async () => {
  const { iam } = bench.admin;
  const missing = { ...role, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/none' };
  await expect(iam.send(new PutRolePermissionsBoundaryCommand(missing))).rejects.toMatchObject({
    name: 'NoSuchEntityException',
  });
  await iam.send(new PutRolePermissionsBoundaryCommand({ ...role, PermissionsBoundary: readOnly }));
  const bounded = await iam.send(new GetRoleCommand(role));
  expect(bounded.Role?.PermissionsBoundary?.PermissionsBoundaryArn).toBe(readOnly);
  await iam.send(new DeleteRolePermissionsBoundaryCommand(role));
  expect((await iam.send(new GetRoleCommand(role))).Role?.PermissionsBoundary).toBeUndefined();
});

test('the account summary tells the quota of trust policies', async () => {
  bench.aws.settings.trustPolicyQuota = 4096;
  const { SummaryMap: summary } = await bench.admin.iam.send(new GetAccountSummaryCommand({}));
  expect(summary).toMatchObject({ AssumeRolePolicySizeQuota: 4096, Roles: 1 });
});
