/** Values of the chart by their paths. */
import { describe, expect, test } from '@jest/globals';
import { ANNOTATION_PATH, nested, valueAt } from '../../src/space/chart.ts';

const values = { a: { b: { c: false, n: null }, list: ['x'] }, text: 'x' };

describe('the value at a path', () => {
  test.each<[readonly string[], unknown]>([
    [[], values],
    [['a', 'b', 'c'], false],
    [['a', 'b', 'n'], undefined],
    [['a', 'x'], undefined],
    [['a', 'x', 'y'], undefined],
    [['text', 'length'], undefined],
    [['a', 'list', '0'], undefined],
    [['a', 'b', 'n', 'deeper'], undefined],
  ])('%j', (path, value) => {
    expect(valueAt(values, path)).toEqual(value);
  });
});

test('values are put together from leaves, and read again at the same paths', () => {
  const leaves = [
    { path: ANNOTATION_PATH, value: 'arn' },
    { path: ['controlPlanes', 'sharedSecrets', 'pod', 'customLabels', 'x'], value: 'y' },
    { path: ['features'], value: 'text' },
    { path: ['features', 'on'], value: true },
  ];
  expect(nested(leaves)).toEqual({
    controlPlanes: {
      sharedSecrets: {
        serviceAccount: { customAnnotations: { 'eks.amazonaws.com/role-arn': 'arn' } },
        pod: { customLabels: { x: 'y' } },
      },
    },
    features: { on: true },
  });
  expect(nested([])).toEqual({});
});
