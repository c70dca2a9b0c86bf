/** The one loop that waits or tries again. Whatever repeats goes through it, so every repetition has a bound. */
import type { Clock } from '../model/ports.ts';

/** What one attempt gave, and whether another one may end otherwise. */
export interface Attempt<T> {
  /** The result of the whole, when no further attempt is made. */
  readonly answer: T;
  /** Until when, in milliseconds since the epoch, another attempt may begin. Absent: the answer is final. */
  readonly retryUntil?: number;
}

/** Milliseconds between attempt `count` (1, 2, …) and the next one. */
export type Pauses = (count: number) => number;

/** Pauses that grow by a factor up to a longest one, after the first `steady` of them, which are alike. */
export function growing(firstMs: number, longestMs: number, factor = 1.5, steady = 1): Pauses {
  return (count) => Math.min(firstMs * factor ** Math.max(count - steady, 0), longestMs);
}

/** The same pause each time. */
export function every(pauseMs: number): Pauses {
  return () => pauseMs;
}

export interface Repetition<T> {
  readonly clock: Clock;
  readonly pauses: Pauses;
  /** `count`: 1 for the first attempt. */
  readonly attempt: (count: number) => Promise<Attempt<T>>;
  /** Told before each pause: how long it is and how much time is left, in milliseconds. */
  readonly beforePause?: (pauseMs: number, leftMs: number) => void;
}

/**
 * Attempts until an answer is final or its time is up, and gives the last answer. Throws what an attempt throws, and a
 * `cancelled` Failure when the job is cancelled during a pause.
 */
export async function repeat<T>({ clock, pauses, attempt, beforePause }: Repetition<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    const { answer, retryUntil } = await attempt(count);
    const leftMs = retryUntil === undefined ? 0 : retryUntil - clock.now();
    if (leftMs <= 0) return answer;
    const pauseMs = Math.min(pauses(count), leftMs);
    beforePause?.(pauseMs, leftMs);
    await clock.sleep(pauseMs);
  }
}
