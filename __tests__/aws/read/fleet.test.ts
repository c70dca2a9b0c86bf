/** Clusters of an account in a region: all pages, what is gone, and an end to every look. */
import { DescribeClusterCommand, ListClustersCommand } from '@aws-sdk/client-eks';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { createFleetReader } from '../../../src/aws/read/fleet.ts';
import { awsError, CLUSTER, CLUSTER_ARN, failureOf, mockedAws } from '../fakes.ts';

function setup(signal = new AbortController().signal, lookMs?: number) {
  const aws = mockedAws();
  const reader = createFleetReader({ ...aws, signal, ...(lookMs !== undefined && { lookMs }) });
  return { ...aws, reader };
}

/** As the SDK ends a call whose signal is aborted. */
const untilAborted = (options: unknown): Promise<never> =>
  new Promise((_resolve, reject) => {
    const { abortSignal } = z.object({ abortSignal: z.instanceof(AbortSignal) }).parse(options);
    const end = (): void => reject(Object.assign(new Error('Request aborted'), { name: 'AbortError' }));
    if (abortSignal.aborted) end();
    else abortSignal.addEventListener('abort', end, { once: true });
  });

describe('the list', () => {
  test('has the names of all pages', async () => {
    const { eks, reader } = setup();
    eks
      .on(ListClustersCommand, { maxResults: 100 })
      .resolves({ clusters: ['a', 'b'], nextToken: 'more' })
      .on(ListClustersCommand, { maxResults: 100, nextToken: 'more' })
      .resolves({ clusters: ['c'] });
    expect(await reader.clusterNames()).toEqual(['a', 'b', 'c']);
  });

  test('is refused in words that name the permission', async () => {
    const { eks, reader } = setup();
    eks.on(ListClustersCommand).rejects(awsError('AccessDeniedException', 'User: x is not authorized'));
    const { reason, message } = await failureOf(reader.clusterNames());
    expect(reason).toBe('access-denied');
    expect(message).toContain('Allow eks:ListClusters on *');
  });
});

describe('a cluster', () => {
  test('is what EKS says of it', async () => {
    const { eks, reader } = setup();
    const cluster = { name: CLUSTER, arn: CLUSTER_ARN, status: 'ACTIVE' as const, version: '1.35' };
    eks.on(DescribeClusterCommand, { name: CLUSTER }).resolves({ cluster: { ...cluster, tags: { a: 'b' } } });
    expect(await reader.describedCluster(CLUSTER)).toEqual({
      ...cluster,
      region: 'eu-central-1',
      account: '111122223333',
      partition: 'aws',
      tags: { a: 'b' },
    });
  });

  test('may lack what EKS leaves out, but no name', async () => {
    const { eks, reader } = setup();
    eks.on(DescribeClusterCommand).resolves({ cluster: { name: CLUSTER, arn: CLUSTER_ARN } });
    expect(await reader.describedCluster(CLUSTER)).toMatchObject({
      status: 'UNKNOWN',
      version: '',
      tags: {},
    });
    eks.on(DescribeClusterCommand).resolves({ cluster: { arn: CLUSTER_ARN } });
    expect((await failureOf(reader.describedCluster(CLUSTER))).reason).toBe('timed-out');
  });

  test('that is gone is none', async () => {
    const { eks, reader } = setup();
    eks
      .on(DescribeClusterCommand)
      .rejects(awsError('ResourceNotFoundException', 'No cluster found for name: x.'));
    expect(await reader.describedCluster('x')).toBeUndefined();
  });

  test('that hangs is left alone after a while, with its name', async () => {
    const { eks, reader } = setup(undefined, 50);
    eks.send.callsFake((...given: readonly unknown[]) => untilAborted(given[1]));
    const { reason, message } = await failureOf(reader.describedCluster('slow'));
    expect(reason).toBe('timed-out');
    expect(message).toContain('describe EKS cluster slow: no answer in 0.05 s');
    expect((await failureOf(reader.clusterNames())).reason).toBe('timed-out');
  });
});

test('a cancelled job ends a look at once, and begins none', async () => {
  const job = new AbortController();
  const { eks, reader } = setup(job.signal);
  eks.send.callsFake((...given: readonly unknown[]) => untilAborted(given[1]));
  const look = failureOf(reader.describedCluster('slow'));
  job.abort();
  expect((await look).reason).toBe('cancelled');
});
