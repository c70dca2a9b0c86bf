/** How the texts that users meet are written: numbers, marks of code, apostrophes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { allMessages } from '../../scripts/messages.ts';
import { hasPlural, pluralsAfterLengths, unmarked } from './faults-of-wording.ts';

const messages = allMessages();
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => ({ path: join('src', path), text: readFileSync(join('src', path), 'utf8') }));

/** Where texts that break a rule stand, as `npm run messages` shows them. */
const shown = (found: typeof messages): readonly string[] =>
  found.map(({ file, line, text }) => `${file}:${line}: ${text}`);

/** What the sources count by `countOf` anywhere, and must count by it everywhere. */
function plurals(): readonly string[] {
  const calls = sources.flatMap(({ text }) => [
    ...text.matchAll(/countOf\([^']*'([^']+)'(?:, '([^']+)')?\)/g),
  ]);
  return calls.map(([, noun = '', plural]) => plural ?? `${noun}s`);
}

test('what is counted is one or many', () => {
  const nouns = plurals();
  expect(nouns).toEqual(expect.arrayContaining(['pods', 'control planes', 'managed policies']));
  expect(shown(messages.filter(({ text }) => hasPlural(text, nouns)))).toEqual([]);
  const found = sources.flatMap(({ path, text }) =>
    pluralsAfterLengths(text).map((part) => `${path}: ${part}`),
  );
  expect(found).toEqual([]);
});

test('a number before a plural is found out', () => {
  expect(hasPlural('${…} running pods of it', ['pods'])).toBe(true);
  expect(hasPlural('${…} of it', ['pods'])).toBe(false);
  const source =
    '`${open.length} controllers came up, ${count} old keys, ${a.length} has none, ${x.size} open`';
  expect(pluralsAfterLengths(source)).toEqual(['${open.length} controllers', '${count} old keys']);
});

const names = z.record(z.string(), z.unknown());
const schema = z.object({ inputs: names, outputs: names });
const actions = ['action.yml', 'fleet/action.yml'].map((file) =>
  schema.parse(parse(readFileSync(file, 'utf8'))),
);
/** With a hyphen, so that they are no words of English. */
const NAMES = actions
  .flatMap(({ inputs, outputs }) => Object.keys({ ...inputs, ...outputs }))
  .filter((name) => name.includes('-'));

test('inputs, outputs and settings are marked as code', () => {
  const bare = messages.filter(({ text }) => unmarked(text, NAMES).length > 0);
  expect(shown(bare)).toEqual([]);
});

test('a name without marks is found out', () => {
  expect(unmarked('set role-arn, or `role-name`', ['role-arn', 'role-name'])).toEqual(['role-arn']);
  expect(unmarked('set `adopt: true`, run mode: plan', [])).toEqual(['mode: plan']);
  expect(unmarked('eks.amazonaws.com/role-arn, --role-arn X', ['role-arn'])).toEqual([]);
});

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'action.yml',
  'fleet/action.yml',
  ...readdirSync('docs').map((name) => join('docs', name)),
];
test('apostrophes are straight', () => {
  const curly = messages.filter(({ text }) => text.includes('’'));
  expect(shown(curly)).toEqual([]);
  expect(PAGES.filter((page) => readFileSync(page, 'utf8').includes('’'))).toEqual([]);
});
