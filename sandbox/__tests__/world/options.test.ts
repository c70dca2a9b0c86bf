/** Command line, groups, control planes and values. */
import { expect, test } from '@jest/globals';
import { readArguments } from '../../cli/arguments.ts';
import { controlPlaneSpecs, groupNames } from '../../world/options.ts';
import { mergeValues } from '../../world/release.ts';

test('names groups, and spreads control planes over them', () => {
  expect(groupNames(2)).toEqual(['team-a', 'team-b']);
  expect(groupNames(28).slice(-2)).toEqual(['team-aa', 'team-ab']);
  expect(controlPlaneSpecs(3, ['x', 'y'])).toEqual([
    { group: 'x', name: 'ctp-1' },
    { group: 'y', name: 'ctp-2' },
    { group: 'x', name: 'ctp-3' },
  ]);
});

test('sets values over values, map by map', () => {
  const base = { a: { b: 1, c: [1, 2] }, d: 'x' };
  expect(mergeValues(base, { a: { c: [3] }, e: null })).toEqual({ a: { b: 1, c: [3] }, d: 'x', e: null });
});

test('reads the command line', () => {
  const { world, verbose } = readArguments([
    'up',
    '--control-planes',
    '50',
    '--groups',
    '5',
    '--agent',
    'addon',
  ]);
  expect(world).toEqual({ controlPlanes: 50, groups: 5, agent: 'addon', spacesVersion: '1.17.1' });
  expect(verbose).toBe(false);
});

test.each([
  [['down'], 'The one command is "up".'],
  [['up', '--control-planes=-1'], 'takes a number from 0'],
  [['up', '--groups', '0'], 'takes a number from 1'],
  [['up', '--agent', 'magic'], '--agent takes none, addon, daemonset, auto-mode, not "magic".'],
  [['up', '--nonsense'], 'nonsense'],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
