/** Clusters of several regions and accounts, through the SDK. */
import { DescribeClusterCommand, EKSClient, ListClustersCommand } from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, region, startBench } from '../../aws/testing.ts';

const elsewhere = 'us-east-1';
const other = '210987654321';
const light = { endpoint: '', caPem: '', publicKeys: [] };

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({ name: 'here', ...light });
});
afterEach(() => bench.aws.close());

interface Caller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const clientIn = (where: string, credentials: Caller) =>
  new EKSClient({ endpoint: bench.aws.endpoint, region: where, credentials, maxAttempts: 1 });

const user = (statement: object): Caller =>
  bench.aws.iam.createUser({
    userName: 'reader',
    policies: [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Resource: '*', ...statement }] }],
  });

const namesIn = async (where: string, caller: Caller): Promise<readonly string[] | undefined> =>
  (await clientIn(where, caller).send(new ListClustersCommand({}))).clusters;

test('a cluster is in one region of one account, and its ARN says which', async () => {
  bench.aws.eksIn(elsewhere).addCluster({ name: 'there', ...light, tags: { team: 'a' } });
  bench.aws.addAccount(other);
  bench.aws.eksIn(elsewhere, other).addCluster({ name: 'theirs', ...light });
  const caller = user({ Action: 'eks:*' });
  expect(await namesIn(region, caller)).toEqual(['here']);
  expect(await namesIn(elsewhere, caller)).toEqual(['there']);
  expect(await namesIn('eu-west-1', caller)).toEqual([]);
  const described = (name: string) => clientIn(elsewhere, caller).send(new DescribeClusterCommand({ name }));
  expect((await described('there')).cluster).toMatchObject({
    arn: `arn:aws:eks:${elsewhere}:${account}:cluster/there`,
    tags: { team: 'a' },
  });
  await expect(described('here')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(described('theirs')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(() => bench.aws.eksIn(region, '000000000000')).toThrow('no account 000000000000');
});

test('a policy that names a region holds for that region alone', async () => {
  const condition = { StringEquals: { 'aws:RequestedRegion': elsewhere } };
  const caller = user({ Action: 'eks:ListClusters', Condition: condition });
  expect(await namesIn(elsewhere, caller)).toEqual([]);
  await expect(namesIn(region, caller)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('a list goes on in pages of what is asked for', async () => {
  for (let n = 0; n < 4; n += 1) bench.aws.eks.addCluster({ name: `more-${n}`, ...light });
  const eks = clientIn(region, user({ Action: 'eks:ListClusters' }));
  const first = await eks.send(new ListClustersCommand({ maxResults: 3 }));
  const rest = await eks.send(new ListClustersCommand({ maxResults: 3, nextToken: first.nextToken }));
  expect([...(first.clusters ?? []), ...(rest.clusters ?? [])]).toEqual([
    'here',
    ...[0, 1, 2, 3].map((n) => `more-${n}`),
  ]);
  expect(rest.nextToken).toBeUndefined();
  const tooMany = eks.send(new ListClustersCommand({ maxResults: 101 }));
  await expect(tooMany).rejects.toMatchObject({ name: 'InvalidParameterException' });
});
