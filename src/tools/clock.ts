/** The real clock. Its sleeps end at once when the job is cancelled. */
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';

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
  return new Failure('cancelled', {
    tried: 'go on with the run',
    said: 'the job was cancelled',
    next: 'Run again: what was done stays, and the next run does the rest.',
    cause,
  });
}
