/** Access entries through the SDK: made, listed, taken away. */
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  ListAccessEntriesCommand,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { account, type Bench, startBench, userWith } from '../../aws/testing.ts';

const principalArn = `arn:aws:iam::${account}:role/jobs/check`;
const clusterName = 'space';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  bench.aws.eks.addCluster({ name: clusterName, endpoint: 'https://127.0.0.1', caPem: '', publicKeys: [] });
});
afterEach(() => bench.aws.close());

test('one is made with its groups, listed by its principal, and deleted', async () => {
  const { eks } = bench.admin;
  const request = { clusterName, principalArn, kubernetesGroups: ['readers'] };
  const made = await eks.send(new CreateAccessEntryCommand(request));
  expect(made.accessEntry).toMatchObject({ kubernetesGroups: ['readers'], username: principalArn });
  expect(bench.aws.eks.cluster(clusterName).accessEntries.get(principalArn)?.groups).toEqual(['readers']);
  await expect(eks.send(new CreateAccessEntryCommand(request))).rejects.toMatchObject({
    name: 'ResourceInUseException',
  });
  const { accessEntries } = await eks.send(new ListAccessEntriesCommand({ clusterName }));
  expect(accessEntries).toEqual([principalArn]);
  await eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }));
  await expect(eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('who may not is refused', async () => {
  const { eks } = userWith(bench.aws, 'reader', { Action: 'eks:ListAccessEntries', Resource: '*' });
  await eks.send(new ListAccessEntriesCommand({ clusterName }));
  for (const call of [
    () => eks.send(new CreateAccessEntryCommand({ clusterName, principalArn })),
    () => eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn })),
  ])
    await expect(call()).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
