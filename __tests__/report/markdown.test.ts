/** The parts that Markdown is made of, and how it is cut. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { cut, fence, folded, table } from '../../src/report/markdown.ts';

const line = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('', '| a | b |', '````', '```', 'é'.repeat(20), '😀'.repeat(9)),
);
const block = fc.oneof(
  line,
  fc.array(line, { maxLength: 6 }).map((lines) =>
    fence(
      'diff',
      lines.map((text) => `+ ${text}`),
    ),
  ),
  fc.array(line, { maxLength: 6 }).map((lines) =>
    folded(
      '<code>x</code>',
      fence(
        'diff',
        lines.map((text) => `- ${text}`),
      ),
    ),
  ),
);
const document = fc.array(
  block.filter((text) => !/^`{3,}/.test(text) || text.includes('\n')),
  { maxLength: 12 },
);

/** Whether a reader of the text would still be inside a fence or a fold at its end. */
function openAtEnd(text: string): boolean {
  let ticks = '';
  let folds = 0;
  for (const row of text.split('\n')) {
    const here = /^(`{3,})[^`]*$/.exec(row)?.[1] ?? '';
    if (ticks === '' && here !== '') ticks = here;
    else if (ticks !== '' && row === ticks) ticks = '';
    else if (ticks === '')
      folds += (row.match(/<details/g) ?? []).length - (row.match(/<\/details>/g) ?? []).length;
  }
  return ticks !== '' || folds !== 0;
}

describe('cut', () => {
  test('stays within its budget, ends with the ending, and closes every fold and fence', () => {
    fc.assert(
      fc.property(document, fc.integer({ min: 120, max: 800 }), (blocks, bytes) => {
        const text = blocks.join('\n\n');
        const result = cut(text, bytes, 'More elsewhere.');
        expect(Buffer.byteLength(result)).toBeLessThanOrEqual(bytes);
        if (Buffer.byteLength(text) <= bytes) {
          expect(result).toBe(text);
          return;
        }
        expect(result.endsWith('\n\nMore elsewhere.')).toBe(true);
        expect(openAtEnd(result)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('closes what is open in the order that it was opened', () => {
    const text = folded('title', fence('diff', ['+ a', `+ ${'b'.repeat(100)}`]));
    expect(cut(text, 100, 'End.')).toBe(
      '<details><summary>title</summary>\n\n```diff\n+ a\n```\n\n</details>\n\nEnd.',
    );
  });
});

test('a fence is longer than any run of backticks inside', () => {
  expect(fence('diff', ['a'])).toBe('```diff\na\n```');
  expect(fence('', ['a ```` b', '``'])).toBe('`````\na ```` b\n``\n`````');
});

test('a fold may stand open', () => {
  expect(folded('t', 'b')).toBe('<details><summary>t</summary>\n\nb\n\n</details>');
  expect(folded('t', 'b', true)).toContain('<details open>');
});

test('a table has a head and its rows', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |');
});
