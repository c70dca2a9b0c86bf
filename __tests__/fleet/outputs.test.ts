/** The outputs and the file: parts of 256, GitHub's limits, and all of it in the file. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { clustersDocument, fleetOutputs, unreachableOutput } from '../../src/fleet/outputs.ts';
import { failureOf } from '../aws/fakes.ts';
import { ACCOUNTS, fleetOfSize } from './support.ts';

const matrix = z.object({ include: z.array(z.record(z.string(), z.string())) });
const read = (text: string) => matrix.parse(JSON.parse(text)).include;
const readAll = (text: string) =>
  z
    .array(matrix)
    .parse(JSON.parse(text))
    .map(({ include }) => include);

const entriesOf = (count: number) => fleetOfSize(count).members.map(({ entry }) => entry);

test('no cluster is an empty matrix and no part', () => {
  expect(fleetOutputs(fleetOfSize(0))).toEqual({
    matrix: '{"include":[]}',
    matrices: '[]',
    unreachable: '[]',
  });
});

test.each([1, 255, 256])('%d clusters are one matrix', (count) => {
  const outputs = fleetOutputs(fleetOfSize(count));
  expect(read(outputs.matrix)).toEqual(entriesOf(count));
  expect(readAll(outputs.matrices)).toEqual([entriesOf(count)]);
});

test.each([
  [257, [256, 1]],
  [512, [256, 256]],
  [600, [256, 256, 88]],
])('%d clusters are parts, and no matrix with only the first of them', (count, sizes) => {
  const { matrix: single, matrices } = fleetOutputs(fleetOfSize(count));
  expect(read(single)).toEqual([]);
  expect(readAll(matrices).map(({ length }) => length)).toEqual(sizes);
  expect(readAll(matrices).flat()).toEqual(entriesOf(count));
});

describe('GitHub’s limit', () => {
  test('is not reached by two thousand clusters with ordinary names', () => {
    const { matrix: single, matrices } = fleetOutputs(fleetOfSize(2_000, 20));
    expect(readAll(matrices).flat()).toHaveLength(2_000);
    // 1 MB as UTF-16, with room for `unreachable`.
    expect(2 * (single.length + matrices.length + 100_000)).toBeLessThan(1_000_000);
  });

  test('ends a run whose fleet is larger', async () => {
    const { reason, message } = await failureOf(
      Promise.resolve().then(() => fleetOutputs(fleetOfSize(6_000))),
    );
    expect(reason).toBe('quota-exceeded');
    expect(message).toContain('a fleet of 6000 clusters does not fit');
  });

  test('cuts what is unreachable, and says so', () => {
    const one = { account: ACCOUNTS[0], region: 'eu-central-1', cluster: 'space', reason: 'x'.repeat(500) };
    const { unreachable } = unreachableOutput(Array.from({ length: 1_000 }, () => one));
    expect(Buffer.byteLength(unreachable)).toBeLessThan(100_000);
    const list = z.array(z.unknown()).parse(JSON.parse(unreachable));
    expect(list.at(-1)).toEqual({ truncated: true });
    expect(list.slice(0, -1).every((entry) => JSON.stringify(entry) === JSON.stringify(one))).toBe(true);
  });
});

test('the file has all of it, with what is known of each cluster', () => {
  const unreachable = Array.from({ length: 1_000 }, (_, n) => ({
    account: ACCOUNTS[0],
    region: '',
    cluster: `c-${n}`,
    reason: 'x'.repeat(500),
  }));
  const document: unknown = JSON.parse(clustersDocument({ ...fleetOfSize(1), unreachable }));
  expect(document).toEqual({
    version: 1,
    clusters: [
      {
        ...entriesOf(1)[0],
        arn: `arn:aws:eks:eu-central-1:${ACCOUNTS[0]}:cluster/0-xxxxxxxx`,
        status: 'ACTIVE',
        version: '1.35',
      },
    ],
    unreachable,
  });
});
