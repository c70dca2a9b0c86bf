/** Repeats what a busy API server refused, for kubectl and helm alike. */
import type { Clock, Log } from '../model/ports.ts';
import type { ExecResult } from '../tools/exec.ts';
import { retryAfterPauses } from '../wait/retry-after-pauses.ts';
import { isTransient } from './stderr.ts';

/** Pauses before the second and third attempt. */
const PAUSES_MS = [2_000, 5_000];

export interface BusyOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Told each time that a call is refused so. */
  readonly onBusy?: () => void;
}

/**
 * The result of the first call that was not refused by a busy or restarting API server, else that of the third. For reads
 * only. `tried` begins the log lines.
 */
export async function retryWhileBusy(
  { clock, log, onBusy }: BusyOptions,
  tried: string,
  call: () => Promise<ExecResult>,
): Promise<ExecResult> {
  return await retryAfterPauses({
    clock,
    pausesMs: PAUSES_MS,
    attempt: call,
    mayRetry: ({ code, stderr }) => code !== 0 && isTransient(stderr),
    beforePause: (_result, pauseMs) => {
      onBusy?.();
      log.info(`${tried}: the API server is busy; next attempt in ${pauseMs / 1000} s`);
    },
  });
}
