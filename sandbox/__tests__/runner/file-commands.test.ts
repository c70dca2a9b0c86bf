/** The files of a step's outputs. */
import { expect, test } from '@jest/globals';
import { parseKeyValues } from '../../runner/file-commands.ts';

test('a block may hold what looks like another pair', () => {
  expect(parseKeyValues('a<<E\nb=c\nd<<F\nE\ng=<<h\n')).toEqual({ a: 'b=c\nd<<F', g: '<<h' });
});

test.each([
  ['a<<E\nvalue', "Matching delimiter not found 'E'"],
  ['nonsense', "Invalid format 'nonsense'"],
])('refuses %j', (text, message) => {
  expect(() => parseKeyValues(text)).toThrow(message);
});
