/** What AWS refuses, and its words for it. */
import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  ListClustersCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  ListRolesCommand,
  UntagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  clients,
  issuer,
  namespace,
  podTrust,
  serviceAccount,
  startBench,
  userWith,
} from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({ name: 'space', endpoint: '', caPem: '', publicKeys: [] });
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
});
afterEach(() => bench.aws.close());

const roleArn = `arn:aws:iam::${account}:role/workload`;
const association = { clusterName: 'space', namespace, serviceAccount, roleArn };
const trust = JSON.stringify(podTrust());

test('input outside the constraints is refused in each service’s own spelling', async () => {
  const { eks, iam, secrets } = bench.admin;
  await expect(iam.send(new GetRoleCommand({ RoleName: 'no blanks' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: expect.stringContaining("Value at 'RoleName' failed to satisfy constraint"),
  });
  const badName = new CreatePodIdentityAssociationCommand({ ...association, namespace: 'Upper' });
  await expect(eks.send(badName)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: '' }))).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('a marker that nobody gave out is refused', async () => {
  await expect(bench.admin.iam.send(new ListRolesCommand({ Marker: 'zzz' }))).rejects.toMatchObject({
    name: 'ValidationError',
  });
  const list = new ListPodIdentityAssociationsCommand({ clusterName: 'space', nextToken: 'zzz' });
  await expect(bench.admin.eks.send(list)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('roles, providers and tags have quotas', async () => {
  Object.assign(bench.aws.settings, { roleQuota: 1, oidcProviderQuota: 0 });
  const { iam } = bench.admin;
  const role = { RoleName: 'more', AssumeRolePolicyDocument: trust };
  await expect(iam.send(new CreateRoleCommand(role))).rejects.toMatchObject({
    message: 'Cannot exceed quota for RolesPerAccount: 1',
  });
  await expect(iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer }))).rejects.toMatchObject({
    name: 'LimitExceededException',
  });
  const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
  await expect(iam.send(new CreateRoleCommand({ ...role, Tags }))).rejects.toMatchObject({
    message: 'Cannot exceed quota for TagsPerRole: 50',
  });
});

const lacking = (action: string) => ({
  message: expect.stringContaining(`not authorized to perform: ${action} `),
});

test('tags at creation need the permission to tag as well', async () => {
  const { iam, eks } = userWith(bench.aws, 'deployer', {
    Action: ['iam:Create*', 'iam:PassRole', 'eks:Create*'],
    Resource: '*',
  });
  const Tags = [{ Key: 'a', Value: 'b' }];
  const role = new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trust, Tags });
  await expect(iam.send(role)).rejects.toMatchObject(lacking('iam:TagRole'));
  const provider = new CreateOpenIDConnectProviderCommand({ Url: issuer, Tags });
  await expect(iam.send(provider)).rejects.toMatchObject(lacking('iam:TagOpenIDConnectProvider'));
  const tagged = new CreatePodIdentityAssociationCommand({ ...association, tags: { a: 'b' } });
  await expect(eks.send(tagged)).rejects.toMatchObject(lacking('eks:TagResource'));
  const addon = { clusterName: 'space', addonName: 'eks-pod-identity-agent', tags: { a: 'b' } };
  await expect(eks.send(new CreateAddonCommand(addon))).rejects.toMatchObject(lacking('eks:TagResource'));
  bench.aws.settings.tagsOnCreateNeedTagResource = false;
  await eks.send(tagged);
});

test('whether an association needs iam:GetRole can be turned on', async () => {
  bench.aws.settings.associationNeedsGetRole = true;
  const { eks } = userWith(bench.aws, 'deployer', { Action: ['eks:*', 'iam:PassRole'], Resource: '*' });
  await expect(eks.send(new CreatePodIdentityAssociationCommand(association))).rejects.toMatchObject({
    message: expect.stringContaining('iam:GetRole'),
  });
});

test('a role under a path that does not exist yet is asked for at the root path', async () => {
  const { iam } = userWith(bench.aws, 'deployer', {
    Action: 'iam:GetRole',
    Resource: `arn:aws:iam::${account}:role/spaces/*`,
  });
  const read = new GetRoleCommand({ RoleName: 'later' });
  await expect(iam.send(read)).rejects.toMatchObject({ name: 'AccessDenied' });
  bench.aws.iam.createRole({ roleName: 'later', path: '/spaces/', trustPolicy: podTrust() });
  await iam.send(read);
});

test('a clock more than five minutes off breaks the signature', async () => {
  bench.clock.advance(6 * 60_000);
  await expect(bench.admin.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
});

const managed = (name: string) => `arn:aws:iam::aws:policy/${name}`;

test('managed session policies narrow too', async () => {
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }],
  };
  bench.aws.iam.createRole({
    roleName: 'job',
    trustPolicy,
    attachedPolicies: [managed('AdministratorAccess')],
  });
  const { Credentials: made } = await bench.admin.sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${account}:role/job`,
      RoleSessionName: 'run',
      PolicyArns: [{ arn: managed('ReadOnlyAccess') }],
    }),
  );
  const session = clients(bench.aws, {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  });
  expect((await session.eks.send(new ListClustersCommand({}))).clusters).toEqual(['space']);
  const write = new CreateRoleCommand({ RoleName: 'new', AssumeRolePolicyDocument: trust });
  await expect(session.iam.send(write)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a provider that is gone cannot be untagged', async () => {
  const arn = `arn:aws:iam::${account}:oidc-provider/none.example.com`;
  const untag = new UntagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn, TagKeys: ['a'] });
  await expect(bench.admin.iam.send(untag)).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});
