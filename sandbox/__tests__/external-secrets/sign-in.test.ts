/** How a store gets its credentials: by the pod's identity or by its own, and through the roles on top. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Account } from '../../aws/index.ts';
import { type Bench, irsaTrust, podTrust, serviceAccount, startBench, subjectOf } from '../../aws/testing.ts';
import { clusterName, reading, startWorkloads, workloadArn } from '../../aws/testing-workloads.ts';
import { judgeStore } from '../../external-secrets/external-secrets.ts';
import { podWith, storeWith, surroundingsOf } from '../../external-secrets/testing.ts';
import type { AwsProvider } from '../../external-secrets/types.ts';

const OTHER = '999988887777';
const hop = `arn:aws:iam::${OTHER}:role/hop`;
const target = `arn:aws:iam::${OTHER}:role/target`;

let bench: Bench;
let other: Account;
let around: Awaited<ReturnType<typeof surroundingsOf>>;
beforeEach(async () => {
  bench = await startBench();
  await startWorkloads(bench);
  around = await surroundingsOf(bench);
  other = bench.aws.addAccount(OTHER);
  const [pods] = podTrust().Statement;
  const [irsa] = irsaTrust([subjectOf('ns-1')]).Statement;
  const trustPolicy = { Version: '2012-10-17', Statement: [pods, irsa] };
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy, inlinePolicies: { access: reading() } });
  bench.aws.eks.addAssociation(clusterName, { namespace: 'ns-1', serviceAccount, roleArn: workloadArn });
});
afterEach(() => bench.aws.close());

const IRSA = { AWS_ROLE_ARN: workloadArn, AWS_WEB_IDENTITY_TOKEN_FILE: '/token' };
const POD_IDENTITY = { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' };
const judge = (aws: AwsProvider, env: Record<string, string> = POD_IDENTITY, namespace = 'ns-1') =>
  judgeStore(around, storeWith(aws), [podWith(namespace, env)]);

test('without auth it takes what the pod was given, IRSA before Pod Identity', async () => {
  expect(await judge({}, IRSA)).toBeUndefined();
  expect(await judge({}, POD_IDENTITY)).toBeUndefined();
  expect(await judge({}, IRSA, 'ns-2')).toBe(
    'operation error STS: AssumeRoleWithWebIdentity, api error AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  );
  expect(await judge({}, { ...IRSA, ...POD_IDENTITY }, 'ns-2')).toContain('AssumeRoleWithWebIdentity');
  expect(await judge({}, POD_IDENTITY, 'ns-2')).toContain('api error ResourceNotFoundException');
});

test('a pod that was given nothing has no credentials, and each running pod counts', async () => {
  expect(await judge({}, {})).toBe('unable to create session: no EC2 IMDS role found');
  const pods = [podWith('ns-1', IRSA), podWith('ns-1', {}, 'second')];
  expect(await judgeStore(around, storeWith({}), pods)).toContain('no EC2 IMDS role');
  expect(await judgeStore(around, storeWith({}), [])).toBe('no pod of External Secrets is running');
});

const jwt = (name: string): AwsProvider => ({ auth: { jwt: { serviceAccountRef: { name } } } });

test('auth.jwt goes by the annotation of the service account that it names, whatever the pod has', async () => {
  const annotations = { 'eks.amazonaws.com/role-arn': workloadArn };
  around.accounts.set(`ns-1/${serviceAccount}`, { metadata: { annotations } });
  around.accounts.set('ns-1/default', { metadata: {} });
  expect(await judge(jwt(serviceAccount), {})).toBeUndefined();
  const missing = 'an IAM role must be associated with service account';
  expect(await judge(jwt('default'), IRSA)).toBe(`${missing} default (namespace: ns-1)`);
  expect(await judge(jwt('absent'), IRSA)).toContain(missing);
});

const ref = (key: string) => ({ name: 'keys', key });

test('auth.secretRef takes keys from a Secret of the group', async () => {
  const secretRef = { accessKeyIDSecretRef: ref('id'), secretAccessKeySecretRef: ref('secret') };
  expect(await judge({ auth: { secretRef } }, {})).toContain('could not fetch SecretAccessKey secret');
  const { accessKeyId, secretAccessKey } = bench.aws.iam.createUser({ userName: 'static' });
  around.secrets.set('team-a/keys', { id: accessKeyId, secret: secretAccessKey });
  expect(await judge({ auth: { secretRef } }, {})).toBeUndefined();
});

const assume = (resource: string, ...actions: string[]): object => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', ...actions], Resource: resource }],
});

/** A role of the other account that takes a principal, with an external id or without. */
function otherRole(roleName: string, principal: string, actions: string[], externalId?: string): void {
  const Condition = externalId === undefined ? {} : { StringEquals: { 'sts:ExternalId': externalId } };
  const statement = { Effect: 'Allow', Principal: { AWS: principal }, Action: actions, Condition };
  const trustPolicy = { Version: '2012-10-17', Statement: [statement] };
  other.iam.createRole({
    roleName,
    trustPolicy,
    inlinePolicies: { chain: assume(target, 'sts:TagSession') },
  });
}

const BOTH = ['sts:AssumeRole', 'sts:TagSession'];
const refusedFor = (action: string, resource: string) =>
  expect.stringContaining(`is not authorized to perform: ${action} on resource: ${resource}`);

test('role goes on with the external id; both sides have to allow it, and with tags sts:TagSession too', async () => {
  const aws = { role: target, externalID: 'shared-1' };
  expect(await judge(aws)).toEqual(refusedFor('sts:AssumeRole', target));
  otherRole('target', workloadArn, BOTH, 'shared-1');
  expect(await judge(aws)).toEqual(refusedFor('sts:AssumeRole', target));
  bench.aws.iam.putRolePolicy('workload', 'chain', assume(target));
  expect(await judge(aws, IRSA)).toBeUndefined();
  expect(await judge(aws)).toEqual(refusedFor('sts:TagSession', target));
  bench.aws.iam.putRolePolicy('workload', 'chain', assume(target, 'sts:TagSession'));
  expect(await judge(aws)).toBeUndefined();
  expect(await judge({ ...aws, externalID: 'other-2' })).toEqual(refusedFor('sts:AssumeRole', target));
});

test('additionalRoles come first and bare, the external id is for the last', async () => {
  otherRole('hop', workloadArn, BOTH);
  otherRole('target', hop, BOTH, 'shared-1');
  bench.aws.iam.putRolePolicy('workload', 'chain', assume(hop, 'sts:TagSession'));
  const aws = { additionalRoles: [hop], role: target, externalID: 'shared-1' };
  expect(await judge(aws)).toBeUndefined();
  expect(await judge({ ...aws, additionalRoles: [] })).toEqual(refusedFor('sts:AssumeRole', target));
});

test('a role that goes on to itself is refused, unless it trusts itself', async () => {
  expect(await judge({ role: workloadArn })).toEqual(refusedFor('sts:AssumeRole', workloadArn));
});

test('what stores ask is not among the job’s calls, and meets none of its faults', async () => {
  const action = 'eks-auth:AssumeRoleForPodIdentity';
  bench.aws.faults.add({ action, error: { code: 'ServerException', message: 'no', status: 500 } });
  expect(await judge({})).toBeUndefined();
  expect(bench.aws.calls).toEqual([]);
  expect(bench.aws.workloadCalls.map((call) => call.action)).toEqual(['AssumeRoleForPodIdentity']);
});
