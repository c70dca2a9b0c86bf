/** Waits until something is so, within a bound. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Wait {
  /** What is waited for; named when it doesn't come. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  /** True when it is there. An error counts as not yet, and is shown when time is up. */
  readonly check: () => Promise<boolean>;
}

/** Asks again and again until the check is true. Fails when time is up. */
export async function waitFor({ what, timeoutMs, intervalMs = 100, check }: Wait): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    let reason: unknown;
    try {
      if (await check()) {
        return;
      }
    } catch (error) {
      reason = error;
    }
    if (performance.now() >= end) {
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}.`, { cause: reason });
    }
    await sleep(intervalMs);
  }
}
