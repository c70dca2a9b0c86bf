/** Repeats what a busy API server refused, and what was answered by something else, for kubectl and helm alike. */
import type { Clock, Log } from '../model/ports.ts';
import { retryAfterPauses } from '../wait/retry-after-pauses.ts';
import { whyTransient } from './stderr.ts';

/** Pauses before the second and third attempt. */
const PAUSES_MS = [2_000, 5_000];

export interface BusyOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Told each time that a call is refused so. */
  readonly onBusy?: () => void;
}

/**
 * The result of the first call that was not refused by a busy or restarting API server, nor answered by something else, else that of
 * the third. For reads only. `tried` begins the log lines.
 */
export async function retryWhileBusy<T extends { readonly code: number; readonly stderr: string }>(
  { clock, log, onBusy }: BusyOptions,
  tried: string,
  call: () => Promise<T>,
): Promise<T> {
  return await retryAfterPauses({
    clock,
    pausesMs: PAUSES_MS,
    attempt: call,
    mayRetry: ({ code, stderr }) => code !== 0 && whyTransient(stderr) !== undefined,
    beforePause: ({ stderr }, pauseMs) => {
      const { why, isBusy } = whyTransient(stderr) ?? { why: '', isBusy: false };
      if (isBusy) onBusy?.();
      log.info(`${tried}: ${why}; next attempt in ${pauseMs / 1000} s`);
    },
  });
}
