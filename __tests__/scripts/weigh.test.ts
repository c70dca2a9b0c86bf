/** What the bundle is made of. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { weigh, weightTable } from '../../scripts/weigh.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'weigh-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test('each character belongs to the package of its source, packages of a scope together', () => {
  const sources = [
    '../webpack/runtime',
    '../lib/main.js',
    '../node_modules/@a/one/index.js',
    '../node_modules/@a/two/node_modules/b/index.js',
    '../node_modules/@a/two/index.js',
  ];
  writeFileSync(join(directory, 'index.js'), '12233\n4');
  // Line 1: columns 0, 1, 3 from sources 0, 1, 2, column 4 from 3. Line 2: column 0 from 4.
  const map = { version: 3, sources, sourcesContent: [], names: [], mappings: 'AAAA,CCAA,ECAA,CCAA;ACAA' };
  writeFileSync(join(directory, 'index.js.map'), JSON.stringify(map));
  expect(Object.fromEntries(weigh(directory))).toEqual({ 'all others': 1, 'this action': 2, '@a': 2, b: 1 });
});

test('the heaviest come first, what is light is one row', () => {
  const weights = new Map([
    ['a', 9_000],
    ['b', 20_400],
    ['c', 8_000],
    ['d', 40_600],
  ]);
  expect(weightTable(weights).split('\n').slice(2)).toEqual([
    '| d | 41 |',
    '| b | 20 |',
    '| all others | 17 |',
  ]);
});
