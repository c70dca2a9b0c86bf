/** Pod Identity associations through the SDK. */
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  paginateListPodIdentityAssociations,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { CreateRoleCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  namespace,
  podTrust,
  region,
  serviceAccount,
  startBench,
  userWith,
} from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({
    name: 'space',
    endpoint: 'https://127.0.0.1:6443',
    caPem: 'pem',
    publicKeys: [],
  });
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
});
afterEach(() => bench.aws.close());

const roleArn = `arn:aws:iam::${account}:role/workload`;
const clusterArn = `arn:aws:eks:${region}:${account}:cluster/space`;
const base = { clusterName: 'space', namespace, serviceAccount, roleArn };
const create = (input: object = {}): CreatePodIdentityAssociationCommand =>
  new CreatePodIdentityAssociationCommand({ ...base, ...input });

async function made(input: object = {}) {
  const { association } = await bench.admin.eks.send(create(input));
  return { clusterName: 'space', associationId: association?.associationId ?? '' };
}

test('an association is created and described whole, the list leaves out role, tags and times', async () => {
  const { eks } = bench.admin;
  const id = await made({ tags: { 'managed-by': 'spaces' } });
  const { association } = await eks.send(new DescribePodIdentityAssociationCommand(id));
  expect(association).toMatchObject({
    ...base,
    tags: { 'managed-by': 'spaces' },
    disableSessionTags: false,
    associationArn: `arn:aws:eks:${region}:${account}:podidentityassociation/space/${id.associationId}`,
  });
  expect(association?.createdAt).toBeInstanceOf(Date);
  const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'space' }));
  expect(Object.keys(associations?.[0] ?? {}).toSorted()).toEqual([
    'associationArn',
    'associationId',
    'clusterName',
    'namespace',
    'serviceAccount',
  ]);
});

test('lists page by 100 and filter on the server', async () => {
  for (let index = 0; index < 130; index += 1) {
    bench.aws.eks.addAssociation('space', { namespace: `mxp-${index}-system`, serviceAccount, roleArn });
  }
  const sizes: number[] = [];
  for await (const page of paginateListPodIdentityAssociations(
    { client: bench.admin.eks },
    { clusterName: 'space' },
  )) {
    sizes.push(page.associations?.length ?? 0);
  }
  expect(sizes).toEqual([100, 30]);
  const one = await bench.admin.eks.send(
    new ListPodIdentityAssociationsCommand({ clusterName: 'space', namespace: 'mxp-7-system' }),
  );
  expect(one.associations).toHaveLength(1);
});

test('a service account has one association', async () => {
  const { associationId } = await made();
  await expect(bench.admin.eks.send(create())).rejects.toMatchObject({
    name: 'ResourceInUseException',
    message: `Association already exists: ${associationId}`,
    $metadata: { httpStatusCode: 409 },
  });
});

test('a repeated clientRequestToken answers the same association, with other parameters it is refused', async () => {
  const first = await made({ clientRequestToken: 'token-1' });
  const again = await made({ clientRequestToken: 'token-1' });
  expect(again).toEqual(first);
  await expect(made({ clientRequestToken: 'token-1', namespace: 'other' })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  });
});

test('after a delete the place stays taken for a while', async () => {
  const { eks } = bench.admin;
  await eks.send(new DeletePodIdentityAssociationCommand(await made()));
  await expect(made()).rejects.toMatchObject({ name: 'ResourceInUseException' });
  bench.clock.advance(1000);
  await made();
});

test.each([
  [
    'a role that does not exist',
    { roleArn: `${roleArn}-none` },
    'Role provided in the request does not exist',
  ],
  [
    'a role under another path',
    { roleArn: roleArn.replace('role/', 'role/spaces/') },
    'Role provided in the request does not exist',
  ],
  [
    'a role of another account',
    { roleArn: roleArn.replace(account, '999999999999') },
    'Cross-account pass role is not allowed.',
  ],
  [
    'a policy with session tags on',
    { policy: '{}' },
    'A policy can be given only when session tags are disabled',
  ],
])('%s is an invalid parameter', async (_what, input, message) => {
  await expect(made(input)).rejects.toMatchObject({ name: 'InvalidParameterException', message });
});

test.each([
  ['without sts:TagSession', podTrust({}, ['sts:AssumeRole'])],
  ['for another service', podTrust({}, undefined, 'ec2.amazonaws.com')],
])('a trust policy %s is invalid', async (_what, trustPolicy) => {
  bench.aws.iam.setTrustPolicy('workload', trustPolicy);
  await expect(made()).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: 'Trust policy of the role provided is invalid',
  });
});

test('conditions of the trust policy are not looked at when an association is made', async () => {
  const wrong = podTrust({
    ArnEquals: { 'aws:SourceArn': 'arn:aws:eks:eu-central-1:1:podidentityassociation/x/*' },
  });
  bench.aws.iam.setTrustPolicy('workload', wrong);
  await made();
});

test('EKS sees a new role and a changed trust policy only after propagation', async () => {
  bench.aws.settings.propagationMs = 5000;
  const { iam } = bench.admin;
  const fresh = { roleArn: `arn:aws:iam::${account}:role/fresh` };
  const [good, bad] = [podTrust(), podTrust({}, ['sts:AssumeRole'])].map((trust) => JSON.stringify(trust));
  await iam.send(new CreateRoleCommand({ RoleName: 'fresh', AssumeRolePolicyDocument: bad }));
  await expect(made(fresh)).rejects.toMatchObject({ message: 'Role provided in the request does not exist' });
  bench.clock.advance(5000);
  await expect(made(fresh)).rejects.toMatchObject({
    message: 'Trust policy of the role provided is invalid',
  });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'fresh', PolicyDocument: good }));
  await expect(made(fresh)).rejects.toMatchObject({
    message: 'Trust policy of the role provided is invalid',
  });
  bench.clock.advance(5000);
  await made(fresh);
});

test('an update changes role, session tags and policy in place', async () => {
  bench.aws.iam.createRole({ roleName: 'second', trustPolicy: podTrust() });
  const id = await made();
  const second = `arn:aws:iam::${account}:role/second`;
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'ssm:*', Resource: '*' }],
  });
  await bench.admin.eks.send(
    new UpdatePodIdentityAssociationCommand({ ...id, roleArn: second, disableSessionTags: true, policy }),
  );
  const { association } = await bench.admin.eks.send(new DescribePodIdentityAssociationCommand(id));
  expect(association).toMatchObject({ roleArn: second, disableSessionTags: true, policy, namespace });
  const none = new UpdatePodIdentityAssociationCommand({ ...id, roleArn: `${second}-none` });
  await expect(bench.admin.eks.send(none)).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a missing association and a missing cluster have one name and two messages', async () => {
  const id = { clusterName: 'space', associationId: 'a-none' };
  await expect(bench.admin.eks.send(new DescribePodIdentityAssociationCommand(id))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'No association found with id: a-none in cluster space',
    $metadata: { httpStatusCode: 404 },
  });
  await expect(made({ clusterName: 'none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'No cluster found for name: none.',
    clusterName: 'none',
  });
});

test('a cluster holds only so many', async () => {
  bench.aws.settings.associationQuota = 1;
  await made();
  await expect(made({ namespace: 'second' })).rejects.toMatchObject({
    name: 'ResourceLimitExceededException',
  });
});

test('the caller must be allowed to pass the role to pods.eks.amazonaws.com', async () => {
  const eks = { Action: 'eks:*', Resource: '*' };
  const statements = (service: string) => ({
    ...eks,
    Action: ['eks:*', 'iam:PassRole'],
    Condition: { StringEqualsIfExists: { 'iam:PassedToService': service } },
  });
  const wrong = userWith(bench.aws, 'wrong', statements('ec2.amazonaws.com'));
  await expect(wrong.eks.send(create())).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::${account}:user/wrong is not authorized to perform: iam:PassRole on resource: ${roleArn} because no identity-based policy allows the iam:PassRole action`,
    $metadata: { httpStatusCode: 403 },
  });
  const right = userWith(bench.aws, 'right', statements('pods.eks.amazonaws.com'));
  await right.eks.send(create());
});

test('the cluster is the resource of create and list, the association of the rest', async () => {
  const { eks } = userWith(bench.aws, 'lister', { Action: 'eks:*', Resource: clusterArn });
  await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: 'space' }));
  const describe = eks.send(new DescribePodIdentityAssociationCommand(await made()));
  await expect(describe).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('the webhook learns of an association only after a while', async () => {
  bench.aws.settings.injectionMs = 3000;
  await made();
  expect(bench.aws.associationInForce('space', namespace, serviceAccount)).toBeUndefined();
  bench.clock.advance(3000);
  expect(bench.aws.associationInForce('space', namespace, serviceAccount)).toMatchObject({ roleArn });
  expect(bench.aws.associationInForce('space', namespace, 'default')).toBeUndefined();
});
