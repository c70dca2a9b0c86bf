/** The command line of acceptance/. */
import { expect, test } from '@jest/globals';
import { readArguments } from '../../acceptance/arguments.ts';
import { SCENES } from '../../acceptance/scenes/scene.ts';

const REGION = ['--region', 'eu-central-1'];

test('a cluster and a region are enough: all scenes, nothing made, nothing kept', () => {
  expect(readArguments(['--cluster', 'trial', ...REGION])).toEqual({
    cluster: 'trial',
    region: 'eu-central-1',
    create: false,
    keep: false,
    remove: false,
    record: undefined,
    role: undefined,
    scenes: SCENES,
  });
});

test('scenes are chosen by name', () => {
  const { scenes } = readArguments(['--cluster', 'x', ...REGION, '--scenes', 'irsa/none, pod-identity/none']);
  expect(scenes).toEqual([
    { identity: 'irsa', isolation: 'none' },
    { identity: 'pod-identity', isolation: 'none' },
  ]);
});

test.each([
  [[...REGION], '--cluster'],
  [['--cluster', 'x'.repeat(50), ...REGION], '--cluster'],
  [['--cluster', 'x', '--region', 'Frankfurt'], '--region'],
  [['--cluster', 'x', ...REGION, '--scenes', 'irsa/session-policy'], 'there is no irsa/session-policy'],
  [['--cluster', 'x', ...REGION, '--remove', '--create'], '--remove'],
  [['--cluster', 'x', ...REGION, '--delete-all'], '--delete-all'],
])('%j is refused', (args, words) => {
  expect(() => readArguments(args)).toThrow(words);
});
