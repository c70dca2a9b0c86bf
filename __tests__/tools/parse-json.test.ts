/** JSON from outside. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { parseJson, parseJsonIfValid } from '../../src/tools/parse-json.ts';

const schema = z.object({ a: z.number(), b: z.string().default('x') });

test('gives what the schema makes of it', () => {
  expect(parseJson('{"a":1,"c":2}', schema)).toEqual({ a: 1, b: 'x' });
  expect(parseJsonIfValid('{"a":1}', schema)).toEqual({ a: 1, b: 'x' });
});

test('tells a text that is not JSON from JSON of another shape', () => {
  expect(() => parseJson('{', schema)).toThrow(SyntaxError);
  expect(() => parseJson('{"a":"1"}', schema)).toThrow(z.ZodError);
});

test.each(['', '{', '[]', '{"a":"1"}'])('%j is undefined where that is enough', (text) => {
  expect(parseJsonIfValid(text, schema)).toBeUndefined();
});
