/** Retries that are bounded by the number of attempts. */
import { expect, test } from '@jest/globals';
import { retryAfterPauses } from '../../src/wait/retry-after-pauses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { START } from '../support/names.ts';

/** Attempts that are final from this one on. */
async function attempts(finalAt: number) {
  const clock = fakeClock();
  const at: number[] = [];
  const told: (readonly [number, number])[] = [];
  const answer = await retryAfterPauses({
    clock,
    pausesMs: [2_000, 5_000],
    attempt: async (count) => {
      at.push(clock.now() - START);
      return await Promise.resolve(count);
    },
    mayRetry: (count) => count < finalAt,
    beforePause: (count, pauseMs) => told.push([count, pauseMs]),
  });
  return { answer, at, told };
}

test('a final answer ends it, without a pause after it', async () => {
  expect(await attempts(1)).toEqual({ answer: 1, at: [0], told: [] });
  expect(await attempts(2)).toEqual({ answer: 2, at: [0, 2_000], told: [[1, 2_000]] });
});

test('there is one attempt more than pauses, and the last answer counts', async () => {
  expect(await attempts(99)).toEqual({
    answer: 3,
    at: [0, 2_000, 7_000],
    told: [
      [1, 2_000],
      [2, 5_000],
    ],
  });
});

test('what an attempt throws is not tried again', async () => {
  let count = 0;
  const failing = retryAfterPauses({
    clock: fakeClock(),
    pausesMs: [1_000],
    attempt: async () => {
      count += 1;
      return await Promise.reject(new Error('no'));
    },
    mayRetry: () => true,
    beforePause: () => undefined,
  });
  await expect(failing).rejects.toThrow('no');
  expect(count).toBe(1);
});
