/** Waiting until nothing is open, within a bound. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { waitUntil } from '../../src/wait/wait-until.ts';
import { START } from '../support/names.ts';
import { spaceOf } from '../support/apply-context.ts';

async function waitFor(names: readonly string[], forMs: number, timeoutMs: number) {
  const { read, lines } = spaceOf({});
  const looks: number[] = [];
  const open = await waitUntil(read, {
    what: 'the things',
    timeoutMs,
    look: async () => {
      const passed = read.clock.now() - START;
      looks.push(passed);
      return await Promise.resolve(new Set(passed < forMs ? names : []));
    },
  });
  return { open: [...open], looks, lines, took: read.clock.now() - START };
}

describe('a wait', () => {
  test('ends with the first look at which nothing is open', async () => {
    expect(await waitFor(['a'], 0, 60_000)).toMatchObject({ open: [], looks: [0], took: 0 });
    expect((await waitFor(['a'], 3_000, 60_000)).looks).toEqual([
      0,
      500,
      1_100,
      1_820,
      2_684,
      expect.closeTo(3_720.8),
    ]);
  });

  test('never takes longer than it may, and looks once more when the time is up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 100_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        async (forMs, timeoutMs) => {
          const { open, looks, took } = await waitFor(['a'], forMs, timeoutMs);
          expect(took).toBeLessThanOrEqual(timeoutMs);
          expect(looks.at(-1)).toBe(took);
          expect(open).toEqual(took < forMs ? ['a'] : []);
          if (open.length > 0) expect(took).toBe(timeoutMs);
        },
      ),
    );
  });

  test.each([
    [['a'], '1 open (a)'],
    [['a', 'b'], '2 open (a, b)'],
    [['a', 'b', 'c', 'd'], '4 open (a, b and 2 more)'],
  ])('says now and then what is open: %j', async (names, said) => {
    const { lines } = await waitFor(names, 35_000, 60_000);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^waiting for the things: .*, 1\d s of 60 s$/);
    expect(lines[0]).toContain(said);
  });
});
