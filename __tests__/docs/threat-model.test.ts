/** The threat model names a test for each of its rows: that test is there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const PAGE = readFileSync('docs/threat-model.md', 'utf8');
const ROWS = PAGE.split('\n').filter((line) => /^\| (?!could|---)/.test(line));

interface Held {
  readonly title: string;
  readonly file: string;
}

/** The links of a row that lead into the tests: the text is a test's title. */
function heldBy(row: string): readonly Held[] {
  const links = row.matchAll(/\[((?:[^\]`]|`[^`]*`)+)\]\(\.\.\/(__tests__\/[^)]+)\)/g);
  return [...links].map(([, title = '', file = '']) => ({ title, file }));
}

/** Whether a file has a test of this title: `test('…'`, or the end of a `test.each(…)('…'`. */
function hasTest({ title, file }: Held): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8').replaceAll('\\`', '`');
  const opened = /(?:\btest|\))\(\s*(['"`])/g;
  return [...text.matchAll(opened)].some((match) =>
    text.startsWith(`${title}${match[1]}`, match.index + match[0].length),
  );
}

test('each row says what a test holds', () => {
  expect(ROWS.length).toBeGreaterThan(20);
  expect(ROWS.filter((row) => heldBy(row).length === 0)).toEqual([]);
});

test('each test that it names is there', () => {
  const named = ROWS.flatMap(heldBy);
  expect(named.filter((held) => !hasTest(held))).toEqual([]);
});

test('a title that no test has is found out', () => {
  const file = join('__tests__', 'docs', 'threat-model.test.ts');
  expect(hasTest({ title: 'each row says what a test holds', file })).toBe(true);
  expect(hasTest({ title: 'each row says', file })).toBe(false);
  expect(hasTest({ title: 'each row says what a test holds', file: '__tests__/none.test.ts' })).toBe(false);
});
