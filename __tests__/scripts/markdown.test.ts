/** Tables and generated parts of documents. */
import { expect, test } from '@jest/globals';
import { filled, table } from '../../scripts/markdown.ts';

test('a table keeps cells on one line, and pipes inside of them', () => {
  expect(table(['A', 'B'], [['a|b', 'two\nlines ']])).toBe('| A | B |\n| --- | --- |\n| a\\|b | two lines |');
});

test('a part takes the place of what was between its markers, and nothing else', () => {
  const text =
    'before\n<!-- one:begin (made) -->\nold\n<!-- one:end -->\n<!-- two:begin -->\n<!-- two:end -->\nafter';
  expect(filled('X.md', text, { one: 'costs $1', two: 'new' })).toBe(
    'before\n<!-- one:begin (made) -->\ncosts $1\n<!-- one:end -->\n<!-- two:begin -->\nnew\n<!-- two:end -->\nafter',
  );
});

test('missing markers are an error that names them', () => {
  expect(() => filled('X.md', 'text', { one: '' })).toThrow('X.md has no markers for one');
});
