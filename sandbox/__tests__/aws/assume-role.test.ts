/** AssumeRole: who may, and what the session may. */
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Credentials } from '../../aws/eks-auth/agent-call.ts';
import { account, type Bench, clients, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.aws.close());

const arn = `arn:aws:iam::${account}:role/jobs/deploy`;
const trusting = (principal: string, actions: string | string[] = 'sts:AssumeRole', condition = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: actions, Condition: condition }],
});
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';

function deployRole(trustPolicy: object, change: object = {}): void {
  bench.aws.iam.createRole({
    roleName: 'deploy',
    path: '/jobs/',
    trustPolicy,
    attachedPolicies: [readOnly],
    ...change,
  });
}

const command = (input: object = {}): AssumeRoleCommand =>
  new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'job', ...input });

async function assume(from: Bench['admin'], input: object = {}): Promise<Credentials> {
  const { Credentials: made } = await from.sts.send(command(input));
  return {
    accessKeyId: made?.AccessKeyId ?? '',
    secretAccessKey: made?.SecretAccessKey ?? '',
    sessionToken: made?.SessionToken ?? '',
  };
}

test('a session acts with the permissions of its role, under its own ARN without the path', async () => {
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  const session = clients(bench.aws, await assume(bench.admin));
  const identity = await session.sts.send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/deploy/job`);
  await session.iam.send(new GetRoleCommand({ RoleName: 'deploy' }));
  await expect(session.sts.send(command())).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: ${identity.Arn} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
  });
});

test('the account as principal leaves it to the caller’s own policies, a named principal does not need them', async () => {
  const eve = userWith(bench.aws, 'eve', { Action: 'iam:GetRole', Resource: '*' });
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  await expect(eve.sts.send(command())).rejects.toMatchObject({ name: 'AccessDenied' });
  deployRole(trusting(`arn:aws:iam::${account}:user/eve`));
  await expect(assume(eve)).resolves.toMatchObject({ accessKeyId: expect.stringMatching(/^ASIA/) });
});

test('an external id and session tags count in the trust policy', async () => {
  deployRole(
    trusting(`arn:aws:iam::${account}:root`, ['sts:AssumeRole', 'sts:TagSession'], {
      StringEquals: { 'sts:ExternalId': 'secret-id', 'aws:RequestTag/team': 'a' },
    }),
  );
  const tags = { Tags: [{ Key: 'team', Value: 'a' }] };
  await expect(assume(bench.admin, tags)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(assume(bench.admin, { ExternalId: 'secret-id' })).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await assume(bench.admin, { ...tags, ExternalId: 'secret-id' });
});

test('tags need sts:TagSession in the trust policy', async () => {
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  const refused = assume(bench.admin, { Tags: [{ Key: 'team', Value: 'a' }] });
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('sts:TagSession') });
});

test('a session policy narrows the session, a boundary the role', async () => {
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  const onlyList = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }],
  };
  const narrowed = clients(bench.aws, await assume(bench.admin, { Policy: JSON.stringify(onlyList) }));
  const read = new GetRoleCommand({ RoleName: 'deploy' });
  await expect(narrowed.iam.send(read)).rejects.toMatchObject({
    message: expect.stringContaining('because no session policy allows the iam:GetRole action'),
  });
  const bounded = clients(bench.aws, await assume(bench.admin));
  const boundary = bench.aws.iam.createPolicy({ policyName: 'bound', document: onlyList });
  bench.aws.iam.editRole('deploy', { permissionsBoundary: boundary.arn });
  await expect(bounded.iam.send(read)).rejects.toMatchObject({
    message: expect.stringContaining('because no permissions boundary allows the iam:GetRole action'),
  });
});

test('an explicit deny wins and is named as such', async () => {
  const user = bench.aws.iam.createUser({
    userName: 'eve',
    policies: [
      readOnly,
      { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'iam:GetRole', Resource: '*' }] },
    ],
  });
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  const read = clients(bench.aws, user).iam.send(new GetRoleCommand({ RoleName: 'deploy' }));
  await expect(read).rejects.toMatchObject({
    message: expect.stringContaining('with an explicit deny in an identity-based policy'),
  });
});

test('a session ends at its time, and a token of another session does not fit', async () => {
  deployRole(trusting(`arn:aws:iam::${account}:root`));
  const credentials = await assume(bench.admin, { DurationSeconds: 900 });
  const mixed = clients(bench.aws, { ...credentials, sessionToken: 'other' });
  await expect(mixed.sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
  bench.clock.advance(901_000);
  const late = clients(bench.aws, credentials).sts.send(new GetCallerIdentityCommand({}));
  await expect(late).rejects.toMatchObject({ name: expect.stringMatching(/^ExpiredToken/) });
});

test('the length of a session is bounded by the role, and to an hour when roles are chained', async () => {
  deployRole(trusting(`arn:aws:iam::${account}:root`), { maxSessionDuration: 7200 });
  const tooLong = assume(bench.admin, { DurationSeconds: 7201 });
  await expect(tooLong).rejects.toMatchObject({ name: 'ValidationError' });
  bench.aws.iam.attachRolePolicy('deploy', 'arn:aws:iam::aws:policy/AdministratorAccess');
  const session = clients(bench.aws, await assume(bench.admin, { DurationSeconds: 7200 }));
  await expect(assume(session, { DurationSeconds: 7200 })).rejects.toMatchObject({
    message: expect.stringContaining('role chaining'),
  });
});

test('sessions of a role that was deleted and made again are invalid', async () => {
  const trust = trusting(`arn:aws:iam::${account}:root`);
  deployRole(trust);
  const session = clients(bench.aws, await assume(bench.admin));
  bench.aws.iam.deleteRole('deploy');
  deployRole(trust);
  await expect(session.iam.send(new GetRoleCommand({ RoleName: 'deploy' }))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});
