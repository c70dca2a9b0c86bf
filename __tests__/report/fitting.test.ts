/** Lists that are cut: never too long, and not an entry shorter than they have to be. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { shortenedList, shortenedMap } from '../../src/report/fitting.ts';

const LIMIT = 100_000;
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));
/** From a few bytes to more than fits, with characters of one byte and of three. */
const texts = fc
  .array(fc.record({ length: fc.integer({ min: 0, max: 60_000 }), char: fc.constantFrom('a', '"', '€') }), {
    maxLength: 40,
  })
  .map((parts) => parts.map(({ length, char }) => char.repeat(length)));

function longestHead(count: number, cut: (head: number) => unknown): unknown {
  const heads = Array.from({ length: count + 1 }, (_, head) => cut(count - head));
  return heads.find((one) => bytes(one) < LIMIT);
}

test('a list is whole, or the longest head that fits', () => {
  fc.assert(
    fc.property(texts, (items) => {
      const cut = longestHead(items.length, (head) => [...items.slice(0, head), { truncated: true }]);
      expect(JSON.parse(shortenedList(items))).toEqual(bytes(items) < LIMIT ? items : cut);
    }),
    { numRuns: 60 },
  );
});

const cutMap = z.object({ truncated: z.literal(true) }).catchall(z.string());

test('so is a map, of many small entries too', () => {
  const small = fc
    .integer({ min: 9_000, max: 12_000 })
    .map((count) => Array.from({ length: count }, () => ''));
  fc.assert(
    fc.property(fc.oneof(texts, small), (values) => {
      const entries = values.map((value, at) => [String(at), value] as const);
      const text = shortenedMap(entries);
      expect(Buffer.byteLength(text)).toBeLessThan(LIMIT);
      const whole = Object.fromEntries(entries);
      if (bytes(whole) < LIMIT) return expect(JSON.parse(text)).toEqual(whole);
      const { truncated, ...kept } = cutMap.parse(JSON.parse(text));
      const next = entries.slice(0, Object.keys(kept).length + 1);
      expect(bytes({ ...Object.fromEntries(next), truncated })).toBeGreaterThanOrEqual(LIMIT);
    }),
    { numRuns: 60 },
  );
});
