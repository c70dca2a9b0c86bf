/** Clusters and add-ons through the SDK. */
import {
  CreateAddonCommand,
  DeleteAddonCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeClusterCommand,
  ListAddonsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, issuer, region, startBench, userWith } from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench({ addonActivationMs: 5000 });
  bench.aws.eks.addCluster({
    name: 'space',
    endpoint: 'https://127.0.0.1:6443',
    caPem: 'pem',
    issuer,
    publicKeys: [],
    autoMode: true,
  });
});
afterEach(() => bench.aws.close());

const agent = { clusterName: 'space', addonName: 'eks-pod-identity-agent' };

test('a cluster is described with what sign-in and trust need', async () => {
  const { cluster } = await bench.admin.eks.send(new DescribeClusterCommand({ name: 'space' }));
  expect(cluster).toMatchObject({
    arn: `arn:aws:eks:${region}:${account}:cluster/space`,
    endpoint: 'https://127.0.0.1:6443',
    certificateAuthority: { data: Buffer.from('pem').toString('base64') },
    identity: { oidc: { issuer } },
    computeConfig: { enabled: true },
    status: 'ACTIVE',
  });
  const other = bench.admin.eks.send(new DescribeClusterCommand({ name: 'none' }));
  await expect(other).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a cluster still being made has no issuer', async () => {
  bench.aws.eks.addCluster({ name: 'new', endpoint: '', caPem: '', publicKeys: [], status: 'CREATING' });
  const { cluster } = await bench.admin.eks.send(new DescribeClusterCommand({ name: 'new' }));
  expect(cluster).toMatchObject({ status: 'CREATING' });
  expect(cluster?.identity).toBeUndefined();
});

test('an add-on is created in its default version and becomes active after a while', async () => {
  const { eks } = bench.admin;
  const { addons } = await eks.send(new DescribeAddonVersionsCommand({ addonName: agent.addonName }));
  const newest = addons?.[0]?.addonVersions?.[0]?.addonVersion;
  const { addon } = await eks.send(new CreateAddonCommand(agent));
  expect(addon).toMatchObject({ status: 'CREATING', addonVersion: newest });
  expect((await eks.send(new ListAddonsCommand({ clusterName: 'space' }))).addons).toEqual([agent.addonName]);
  expect((await eks.send(new DescribeAddonCommand(agent))).addon?.status).toBe('CREATING');
  bench.clock.advance(5000);
  expect((await eks.send(new DescribeAddonCommand(agent))).addon?.status).toBe('ACTIVE');
  await expect(eks.send(new CreateAddonCommand(agent))).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
  await eks.send(new DeleteAddonCommand(agent));
  await expect(eks.send(new DescribeAddonCommand(agent))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('an add-on may end degraded', async () => {
  bench.aws.settings.addonFinalStatus = 'DEGRADED';
  await bench.admin.eks.send(new CreateAddonCommand(agent));
  bench.clock.advance(5000);
  expect((await bench.admin.eks.send(new DescribeAddonCommand(agent))).addon?.status).toBe('DEGRADED');
});

test.each([
  ['an unknown add-on', { addonName: 'none' }],
  ['an unknown version', { addonVersion: 'v9' }],
])('%s is an invalid parameter', async (_what, input) => {
  const refused = bench.admin.eks.send(new CreateAddonCommand({ ...agent, ...input }));
  await expect(refused).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('an add-on’s ARN ends in an id, so a grant must have a wildcard there', async () => {
  bench.aws.eks.addAddon('space', { addonName: agent.addonName, status: 'ACTIVE' });
  const arn = `arn:aws:eks:${region}:${account}:addon/space/${agent.addonName}`;
  const exact = userWith(bench.aws, 'exact', { Action: 'eks:DescribeAddon', Resource: arn });
  await expect(exact.eks.send(new DescribeAddonCommand(agent))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  const wild = userWith(bench.aws, 'wild', { Action: 'eks:DescribeAddon', Resource: `${arn}/*` });
  await wild.eks.send(new DescribeAddonCommand(agent));
});

test('an add-on that isn’t there is authorised by the path of the call, as it has no ARN yet', async () => {
  const arn = `arn:aws:eks:${region}:${account}:addon/space/${agent.addonName}/*`;
  const present = userWith(bench.aws, 'present', { Action: 'eks:DescribeAddon', Resource: arn });
  await expect(present.eks.send(new DescribeAddonCommand(agent))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`eks:${region}:${account}:/clusters/space/addons/${agent.addonName}`),
  });
  const path = `arn:aws:eks:${region}:${account}:/clusters/space/addons/${agent.addonName}`;
  const absent = userWith(bench.aws, 'absent', { Action: 'eks:DescribeAddon', Resource: path });
  await expect(absent.eks.send(new DescribeAddonCommand(agent))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('tags of an association are written by its ARN and their changes recorded', async () => {
  const { eks } = bench.admin;
  const association = bench.aws.eks.addAssociation('space', {
    namespace: 'ns',
    serviceAccount: 'sa',
    roleArn: 'arn:aws:iam::123456789012:role/x',
    tags: { old: '1', kept: '2' },
  });
  const resourceArn = association.associationArn;
  await eks.send(new TagResourceCommand({ resourceArn, tags: { new: 'a b' } }));
  await eks.send(new UntagResourceCommand({ resourceArn, tagKeys: ['old'] }));
  const { tags } = await eks.send(new ListTagsForResourceCommand({ resourceArn }));
  expect(tags).toEqual({ kept: '2', new: 'a b' });
  expect(bench.aws.writes().map((call) => [call.action, call.resource])).toEqual([
    ['TagResource', resourceArn],
    ['UntagResource', resourceArn],
  ]);
  const none = new TagResourceCommand({ resourceArn: `${resourceArn}x`, tags: { a: 'b' } });
  await expect(eks.send(none)).rejects.toMatchObject({ name: 'NotFoundException' });
});

test('an owner’s tag on the association decides who may write its tags', async () => {
  const { associationArn } = bench.aws.eks.addAssociation('space', {
    namespace: 'ns',
    serviceAccount: 'sa',
    roleArn: 'arn:aws:iam::123456789012:role/x',
    tags: { owner: 'others' },
  });
  const { eks } = userWith(bench.aws, 'deployer', {
    Action: 'eks:TagResource',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/owner': 'us' } },
  });
  const steal = new TagResourceCommand({ resourceArn: associationArn, tags: { owner: 'us' } });
  await expect(eks.send(steal)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
