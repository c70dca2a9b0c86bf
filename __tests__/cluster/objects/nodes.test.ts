/** Nodes, and what is known of them where they may not be listed. */
import { expect, test } from '@jest/globals';
import { readNodes } from '../../../src/cluster/objects/nodes.ts';
import { BUSY, denied, fakeApi, type Reply } from '../api/fake-api.ts';

const read = async (nodes: Reply) => await readNodes(fakeApi({ '/api/v1/nodes': nodes }).api);

test('the system and the sort of each', async () => {
  const labels = { 'kubernetes.io/os': 'linux', 'eks.amazonaws.com/compute-type': 'fargate' };
  expect(await read([{ metadata: { name: 'a', labels } }, { metadata: { name: 'b' } }])).toEqual([
    { name: 'a', os: 'linux', computeType: 'fargate' },
    { name: 'b', os: '' },
  ]);
});

test('without the right nothing is known; a busy API server is another matter', async () => {
  expect(await read(denied('nodes'))).toBeUndefined();
  await expect(read(BUSY)).rejects.toMatchObject({ reason: 'throttled' });
});
