/** Patterns, and variables in them: `*` and `?` are the only signs with a meaning. */
import { expect, test } from '@jest/globals';
import {
  arnParts,
  asText,
  fillIn,
  fits,
  fitsAnyCase,
  fitsArn,
  type LookUp,
} from '../../src/policy/patterns.ts';

test.each<[string, string, boolean]>([
  ['a*', 'a/b:c', true],
  ['a**b', 'axyb', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['a', 'ab', false],
  ['b', 'ab', false],
  ['a.c', 'abc', false],
  ['a.c', 'a.c', true],
  ['a+', 'aa', false],
  ['a+', 'a+', true],
  ['(a|b)', 'a', false],
  ['[ab]', 'a', false],
  ['a{2}', 'aa', false],
  ['^a$', 'a', false],
  ['a*', 'a\nb', true],
  ['A', 'a', false],
])('%s fits %j: %s', (pattern, text, isFitting) => {
  expect(fits(pattern, text)).toBe(isFitting);
  // Known by now.
  expect(fits(pattern, text)).toBe(isFitting);
  expect(fitsAnyCase(pattern.toUpperCase(), text)).toBe(isFitting || pattern === 'A');
});

const values: LookUp = (key) => ({ one: ['x'], star: ['*'], mark: ['?'], none: [], two: ['x', 'y'] })[key];

test.each<[string, string | undefined]>([
  ['a/${one}/b', 'a/x/b'],
  ['${ one }', 'x'],
  ["${none, 'else'}", 'else'],
  ["${one, 'else'}", 'x'],
  ['${$}{one}', '${one}'],
  ['${none}', undefined],
  ['${two}', undefined],
  ['${unknown}', undefined],
  ['${one two}', undefined],
  ["${none, 'e*'}", undefined],
  ['${one', undefined],
  ['\u{E000}${one}', undefined],
])('%s is filled in', (pattern, filled) => {
  expect(fillIn(pattern, values)).toBe(filled);
});

test.each([
  ['${star}', '*'],
  ['${mark}', '?'],
  ['${*}', '*'],
  ['${?}', '?'],
])('what is filled in holds no wildcard: %s', (pattern, sign) => {
  const filled = fillIn(`a${pattern}`, values) ?? '';
  expect([`a${sign}`, 'ab'].map((text) => fits(filled, text))).toEqual([true, false]);
  expect(asText(filled)).toBe(`a${sign}`);
});

test('an ARN has six parts, the last of which may hold colons; a star stays within its part', () => {
  expect(arnParts('arn:aws:s3:r:1:a:b')).toEqual(['arn', 'aws', 's3', 'r', '1', 'a:b']);
  expect(arnParts('arn:aws:s3:r:1:a')).toHaveLength(6);
  expect(arnParts('a:b')).toEqual(['a', 'b']);
  const arn = 'arn:aws:s3:r:1:a:b';
  expect(
    ['arn:aws:s3:*:1:a*', 'arn:aws:*:1:a*', 'arn:*', '*', 'arn:aws:s3:r:1:a', 'arn:aws:s3:r:1:*:b'].map(
      (pattern) => fitsArn(pattern, arn),
    ),
  ).toEqual([true, false, false, false, false, true]);
  expect(fitsArn('arn:aws:s3:r:1:*', 'arn:aws:s3:r:1')).toBe(false);
});
