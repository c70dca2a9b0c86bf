/** Asks again until something is so, and tells how long that took. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Until<T> {
  readonly boundMs: number;
  readonly pauseMs?: number;
  readonly signal: AbortSignal;
  readonly attempt: () => Promise<T>;
  /** Whether the answer is the one that is waited for. */
  readonly isIt: (answer: T) => boolean;
}

export interface Waited<T> {
  readonly answer: T;
  /** From the first question to the answer that was waited for; undefined when it did not come within the bound. */
  readonly afterMs: number | undefined;
}

export async function until<T>(wait: Until<T>): Promise<Waited<T>> {
  const { boundMs, pauseMs = 500, signal, attempt, isIt } = wait;
  const start = performance.now();
  for (;;) {
    signal.throwIfAborted();
    const answer = await attempt();
    const afterMs = performance.now() - start;
    if (isIt(answer)) return { answer, afterMs };
    if (afterMs >= boundMs) return { answer, afterMs: undefined };
    await sleep(pauseMs, undefined, { signal });
  }
}

/** In words for the report: `after 3.2 s`, or what came in its place. */
export function waitedText({ afterMs }: Waited<unknown>, boundMs: number, last = ''): string {
  if (afterMs !== undefined) return `after ${(afterMs / 1000).toFixed(1)} s`;
  return `not within ${boundMs / 1000} s${last === '' ? '' : `; at last: ${last}`}`;
}
