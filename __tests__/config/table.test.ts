/** Any table of inputs: all problems in its order, and no value that may be a secret in them. */
import { expect, test } from '@jest/globals';
import { boolean, matching } from '../../src/config/forms.ts';
import { invalidInput, parseTable } from '../../src/config/table.ts';

interface Values {
  readonly flag: boolean;
  readonly name: string;
  readonly key: string;
}

const row = { description: 'One.' };
const table = {
  flag: { ...row, form: boolean },
  name: { ...row, form: matching(/^[a-z]+$/, 'letters'), required: true },
  key: { ...row, form: matching(/^k/, 'a key'), secret: true },
} as const;

const parse = (texts: Readonly<Record<string, string>>) =>
  parseTable<Values>(table, ['flag', 'name', 'key'], (name) => texts[name] ?? '');

test('values by their forms', () => {
  expect(parse({ flag: 'true', name: 'a', key: 'k1' })).toEqual({
    inputs: { flag: true, name: 'a', key: 'k1' },
    problems: [],
  });
});

test('problems of all, in the order of the table', () => {
  const { inputs, problems } = parse({ flag: 'yes\n no', key: 'hush' });
  expect(inputs).toBeUndefined();
  expect(problems).toEqual([
    '`flag`: `yes, no` is not understood; allowed: exactly `true` or `false`.',
    '`name` is required: letters.',
    '`key`: its value (not shown) is not understood; allowed: a key.',
  ]);
  const failure = invalidInput(problems);
  expect(failure.reason).toBe('invalid-input');
  expect(failure.details.said.split('\n')).toEqual(['3 problems', ...problems.map((line) => `  - ${line}`)]);
});
