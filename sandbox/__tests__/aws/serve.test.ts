/** The server: signatures, faults, throttling, and the record of calls. */
import { CreatePodIdentityAssociationCommand, DescribeClusterCommand } from '@aws-sdk/client-eks';
import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { formatCall } from '../../aws/index.ts';
import {
  account,
  type Bench,
  clients,
  namespace,
  podTrust,
  region,
  serviceAccount,
  startBench,
} from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({ name: 'space', endpoint: '', caPem: '', publicKeys: [] });
});
afterEach(() => bench.aws.close());

const create = new CreatePodIdentityAssociationCommand({
  clusterName: 'space',
  namespace,
  serviceAccount,
  roleArn: `arn:aws:iam::${account}:role/workload`,
});

test('a service that had its calls of the second throttles, each in its own spelling', async () => {
  bench.aws.settings.throttle = { eks: 1, iam: 0 };
  const describe = (): Promise<unknown> =>
    bench.admin.eks.send(new DescribeClusterCommand({ name: 'space' }));
  await describe();
  await expect(describe()).rejects.toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 429 },
  });
  bench.clock.advance(1000);
  await describe();
  await expect(bench.admin.iam.send(new GetRoleCommand({ RoleName: 'x' }))).rejects.toMatchObject({
    name: 'Throttling',
    message: 'Rate exceeded',
  });
});

test('a fault hits as often as it was told, only fitting requests, and leaves the state alone', async () => {
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
  bench.aws.faults.add({
    action: 'eks:CreatePodIdentityAssociation',
    error: { code: 'ServerException', message: 'try again', status: 500 },
    when: (request) => request['namespace'] === namespace,
  });
  await expect(bench.admin.eks.send(create)).rejects.toMatchObject({ name: 'ServerException' });
  expect(bench.aws.eks.cluster('space').associations.size).toBe(0);
  await bench.admin.eks.send(create);
});

test('an answer can be lost after the work was done', async () => {
  bench.aws.faults.add({
    action: 'iam:CreateRole',
    moment: 'after',
    error: { code: 'ServiceFailure', message: 'lost', status: 500 },
  });
  const role = { RoleName: 'workload', AssumeRolePolicyDocument: JSON.stringify(podTrust()) };
  await expect(bench.admin.iam.send(new CreateRoleCommand(role))).rejects.toMatchObject({
    name: 'ServiceFailureException',
  });
  expect(bench.aws.iam.role('workload')).toBeDefined();
});

test('calls are recorded with request, caller, resource and outcome, and print in one line', async () => {
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
  await bench.admin.eks.send(create);
  const [call] = bench.aws.writes();
  expect(call).toMatchObject({
    service: 'eks',
    action: 'CreatePodIdentityAssociation',
    readOnly: false,
    principalArn: `arn:aws:iam::${account}:user/admin`,
    asked: ['eks:CreatePodIdentityAssociation', 'iam:PassRole'],
    outcome: 'ok',
    request: { clusterName: 'space', namespace, serviceAccount },
  });
  expect(call && formatCall(call)).toBe(
    `eks:CreatePodIdentityAssociation arn:aws:eks:${region}:${account}:cluster/space ok (user/admin)`,
  );
});

test('a session token sent by a user with a long-term key is refused', async () => {
  const user = bench.aws.iam.createUser({ userName: 'eve' });
  const { sts } = clients(bench.aws, { ...user, sessionToken: 'made up' });
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'InvalidClientTokenId',
  });
});

test('JSON services spell an unknown key their own way', async () => {
  const { eks } = clients(bench.aws, { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' });
  await expect(eks.send(new DescribeClusterCommand({ name: 'space' }))).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
});

test('a body changed on its way breaks the signature', async () => {
  const user = bench.aws.iam.createUser({ userName: 'alice' });
  const sts = new STSClient({ endpoint: bench.aws.endpoint, region, credentials: user, maxAttempts: 1 });
  sts.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (HttpRequest.isInstance(request)) request.body = String(request.body).replace('06-15', '06-16');
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low' },
  );
  await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
});

test('unsigned requests and unknown operations are refused', async () => {
  const unsigned = await fetch(`${bench.aws.endpoint}/`, {
    method: 'POST',
    body: 'Action=GetCallerIdentity',
  });
  expect([unsigned.status, await unsigned.text()]).toEqual([
    403,
    expect.stringContaining('MissingAuthenticationToken'),
  ]);
  const cluster = await fetch(`${bench.aws.endpoint}/clusters/space`);
  expect([cluster.status, cluster.headers.get('x-amzn-errortype')]).toEqual([
    403,
    'MissingAuthenticationTokenException',
  ]);
});
