/** The real clock. Its sleeps end at once when the job is cancelled. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { jobCancelled } from './cancelled.ts';

/** `signal`: aborted when the job is cancelled. */
export function createClock(signal: AbortSignal): Clock {
  return {
    now: () => Date.now(),
    sleep: async (milliseconds) => {
      try {
        await delay(milliseconds, undefined, { signal });
      } catch (error) {
        throw cancelled(error);
      }
    },
    throwIfCancelled: () => {
      if (signal.aborted) throw cancelled(signal.reason);
    },
  };
}

function cancelled(cause: unknown): Failure {
  return jobCancelled('go on with the run', { cause });
}
