/** EKS Auth: what a pod's token is worth. */
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { assumeRoleForPodIdentity, type Credentials } from '../../aws/eks-auth/agent-call.ts';
import {
  account,
  type Bench,
  clients,
  issuer,
  namespace,
  podTrust,
  region,
  serviceAccount,
  startBench,
  subjectOf,
  tokenSigner,
} from '../../aws/testing.ts';

let bench: Bench;
let signer: Awaited<ReturnType<typeof tokenSigner>>;
let node: Credentials;
beforeEach(async () => {
  bench = await startBench();
  signer = await tokenSigner(issuer);
  bench.aws.eks.addCluster({ name: 'space', endpoint: '', caPem: '', issuer, publicKeys: [signer.jwk] });
  node = bench.aws.iam.createUser({
    userName: 'node',
    policies: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'],
  });
  bench.aws.secrets.set('prod/db', 'swordfish');
});
afterEach(() => bench.aws.close());

const clusterArn = `arn:aws:eks:${region}:${account}:cluster/space`;
const roleArn = `arn:aws:iam::${account}:role/workload`;
const boundTo = (name: string) => ({
  namespace,
  pod: { name: 'external-secrets-5d9c', uid: 'pod-uid' },
  serviceaccount: { name, uid: 'sa-uid' },
});
const claims = {
  sub: subjectOf(namespace),
  aud: ['pods.eks.amazonaws.com'],
  'kubernetes.io': boundTo(serviceAccount),
};
const strictTrust = podTrust({
  StringEquals: {
    'aws:SourceAccount': account,
    'aws:RequestTag/kubernetes-service-account': serviceAccount,
    'aws:RequestTag/eks-cluster-arn': clusterArn,
  },
  StringLike: { 'aws:RequestTag/kubernetes-namespace': 'mxp-*-system' },
  ArnEquals: { 'aws:SourceArn': clusterArn },
});
const mayRead = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }],
};

function layOut(association: object = {}, trustPolicy: object = strictTrust): void {
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy, inlinePolicies: { read: mayRead } });
  bench.aws.eks.addAssociation('space', { namespace, serviceAccount, roleArn, ...association });
}

const assume = async (change: object = {}) =>
  assumeRoleForPodIdentity(bench.aws, node, 'space', await signer.sign({ ...claims, ...change }));

const credentialsSchema = z.object({
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string(), sessionToken: z.string() }),
});

test('a pod-bound token gives a session of the associated role, whose six tags the trust policy may ask for', async () => {
  layOut();
  const answer = await assume();
  expect(answer).toMatchObject({
    status: 200,
    body: { subject: { namespace, serviceAccount }, audience: 'pods.eks.amazonaws.com' },
  });
  const session = clients(bench.aws, credentialsSchema.parse(answer.body).credentials);
  const { Arn: arn } = await session.sts.send(new GetCallerIdentityCommand({}));
  expect(arn).toMatch(/assumed-role\/workload\/eks-space-external-/);
  const secret = await session.secrets.send(new GetSecretValueCommand({ SecretId: 'prod/db' }));
  expect(secret.SecretString).toBe('swordfish');
  expect(JSON.stringify(bench.aws.calls)).not.toContain('swordfish');
});

test.each([
  [
    'the association’s ARN as aws:SourceArn',
    { ArnLike: { 'aws:SourceArn': `arn:aws:eks:${region}:${account}:podidentityassociation/space/*` } },
  ],
  ['another namespace', { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'other' } }],
])('a trust policy with %s refuses in the pod', async (_what, condition) => {
  layOut({}, podTrust(condition));
  expect(await assume()).toMatchObject({
    status: 400,
    body: {
      __type: 'AccessDeniedException',
      message: 'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
    },
  });
});

test('with session tags off, conditions on request tags have nothing to match and the source still has', async () => {
  layOut({ disableSessionTags: true });
  expect(await assume()).toMatchObject({ body: { __type: 'AccessDeniedException' } });
  bench.aws.iam.setTrustPolicy('workload', podTrust({ ArnEquals: { 'aws:SourceArn': clusterArn } }));
  expect(await assume()).toMatchObject({ status: 200 });
});

test('the policy of an association narrows the session', async () => {
  const policy = JSON.stringify(mayRead).replace(
    '"Resource":"*"',
    '"Resource":"arn:aws:secretsmanager:*:*:secret:dev/*"',
  );
  layOut({ disableSessionTags: true, policy }, podTrust());
  const session = clients(bench.aws, credentialsSchema.parse((await assume()).body).credentials);
  await expect(
    session.secrets.send(new GetSecretValueCommand({ SecretId: 'prod/db' })),
  ).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(
      'because no session policy allows the secretsmanager:GetSecretValue action',
    ),
  });
});

const trusting = (externalId: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: roleArn },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
  ],
});

test('a target role is assumed through the first, with the external id of the association', async () => {
  layOut({ targetRoleArn: `arn:aws:iam::${account}:role/target`, externalId: 'id-1' });
  bench.aws.iam.createRole({ roleName: 'target', trustPolicy: trusting('id-2') });
  expect(await assume()).toMatchObject({ body: { __type: 'AccessDeniedException' } });
  bench.aws.iam.setTrustPolicy('target', trusting('id-1'));
  expect(await assume()).toMatchObject({
    body: { assumedRoleUser: { arn: expect.stringContaining('assumed-role/target/') } },
  });
});

test.each([
  ['another audience', { aud: ['sts.amazonaws.com'] }],
  ['no pod', { 'kubernetes.io': { ...boundTo(serviceAccount), pod: undefined } }],
])('a token with %s is invalid', async (_what, change) => {
  layOut();
  expect(await assume(change)).toMatchObject({ status: 400, body: { __type: 'InvalidTokenException' } });
});

test('a service account without association is not found', async () => {
  layOut();
  const other = { sub: subjectOf(namespace, 'default'), 'kubernetes.io': boundTo('default') };
  expect(await assume(other)).toMatchObject({ status: 404, body: { __type: 'ResourceNotFoundException' } });
});

test('an expired token, a forged one and a caller without permission are told apart', async () => {
  layOut();
  const old = await signer.sign(claims, Math.floor(Date.now() / 1000) - 3600);
  const expired = await assumeRoleForPodIdentity(bench.aws, node, 'space', old);
  expect(expired.body).toMatchObject({ __type: 'ExpiredTokenException' });
  const forged = await (await tokenSigner(issuer, 'forger')).sign(claims);
  const unverified = await assumeRoleForPodIdentity(bench.aws, node, 'space', forged);
  expect(unverified.body).toMatchObject({ __type: 'InvalidTokenException' });
  const eve = bench.aws.iam.createUser({ userName: 'eve' });
  const denied = await assumeRoleForPodIdentity(bench.aws, eve, 'space', await signer.sign(claims));
  expect(denied).toMatchObject({ status: 400, body: { __type: 'AccessDeniedException' } });
  expect(JSON.stringify(bench.aws.calls)).not.toContain(old);
});
