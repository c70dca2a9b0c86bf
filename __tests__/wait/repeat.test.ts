/** The one loop: how often it tries, how long it pauses, when it ends. */
import { describe, expect, test } from '@jest/globals';
import { every, growing, repeat } from '../../src/wait/repeat.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { START } from '../support/names.ts';

/** Attempts that are final after so many, each with the same time limit. */
async function attempts(finalAfter: number, forMs: number) {
  const clock = fakeClock();
  const at: number[] = [];
  const pauses: (readonly [number, number])[] = [];
  const answer = await repeat({
    clock,
    pauses: growing(1_000, 3_000, 2),
    attempt: async (count) => {
      at.push(clock.now() - START);
      return await Promise.resolve(
        count >= finalAfter ? { answer: count } : { answer: count, retryUntil: START + forMs },
      );
    },
    beforePause: (pauseMs, leftMs) => pauses.push([pauseMs, leftMs]),
  });
  return { answer, at, pauses };
}

const failing = async () => await Promise.reject(new Error('no'));

describe('a repetition', () => {
  test('ends with the first final answer, without a pause after it', async () => {
    expect(await attempts(1, 60_000)).toEqual({ answer: 1, at: [0], pauses: [] });
    expect((await attempts(4, 60_000)).at).toEqual([0, 1_000, 3_000, 6_000]);
  });

  test('grows only after the pauses that are alike', () => {
    const pauses = growing(500, 700, 1.2, 3);
    expect([1, 2, 3, 4, 5, 6].map(pauses)).toEqual([500, 500, 500, 600, 700, 700]);
  });

  test('gives the last answer once the time is up, and never pauses beyond it', async () => {
    const { answer, at, pauses } = await attempts(99, 4_000);
    expect({ answer, at }).toEqual({ answer: 4, at: [0, 1_000, 3_000, 4_000] });
    expect(pauses).toEqual([
      [1_000, 4_000],
      [2_000, 3_000],
      [1_000, 1_000],
    ]);
  });

  test('ends when the job is cancelled', async () => {
    const clock = fakeClock();
    const attempt = async () => {
      clock.cancel();
      return await Promise.resolve({ answer: 1, retryUntil: START + 60_000 });
    };
    await expect(repeat({ clock, pauses: every(1_000), attempt })).rejects.toMatchObject({
      reason: 'cancelled',
    });
  });

  test('throws what an attempt throws', async () => {
    await expect(repeat({ clock: fakeClock(), pauses: every(1), attempt: failing })).rejects.toThrow('no');
  });
});
