/** Tries again after fixed pauses, for what is bounded by a number of attempts and not by a time. */
import type { Clock } from '../model/ports.ts';
import { repeat } from './repeat.ts';

export interface BoundedRetry<T> {
  readonly clock: Clock;
  /** Milliseconds before the second attempt, the third, …: there is one attempt more than pauses. */
  readonly pausesMs: readonly number[];
  /** `count`: 1 for the first attempt. */
  readonly attempt: (count: number) => Promise<T>;
  /** Whether another attempt may end otherwise. */
  readonly mayRetry: (answer: T) => boolean;
  /** Told before each pause. */
  readonly beforePause: (answer: T, pauseMs: number) => void;
}

/** The first answer that is final, else that of the last attempt. Throws what an attempt throws. */
export async function retryAfterPauses<T>(retry: BoundedRetry<T>): Promise<T> {
  const { clock, pausesMs, attempt, mayRetry, beforePause } = retry;
  return await repeat({
    clock,
    pauses: (count) => pausesMs[count - 1] ?? 0,
    attempt: async (count) => {
      const answer = await attempt(count);
      const pauseMs = pausesMs[count - 1];
      if (pauseMs === undefined || !mayRetry(answer)) return { answer };
      beforePause(answer, pauseMs);
      return { answer, retryUntil: Number.POSITIVE_INFINITY };
    },
  });
}
