/** A clock that only sleeping moves. Whatever was planned for the time slept through happens on the way, in order. */
import { Failure } from '../../src/model/failure.ts';
import type { Clock } from '../../src/model/ports.ts';
import { START } from './names.ts';

export interface FakeClock extends Clock {
  /** How long each sleep was, in milliseconds. */
  readonly slept: number[];
  /** Moves the clock without a sleep. */
  advance(milliseconds: number): void;
  /** Plans something for later. */
  after(milliseconds: number, effect: () => void): void;
  /** From now on the job is cancelled: sleeping fails. */
  cancel(): void;
}

export function fakeClock(): FakeClock {
  let now = START;
  let cancelled = false;
  const slept: number[] = [];
  const pending: { at: number; effect: () => void }[] = [];
  const runUntil = (end: number): void => {
    for (;;) {
      const next = pending.filter((one) => one.at <= end).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      pending.splice(pending.indexOf(next), 1);
      now = Math.max(now, next.at);
      next.effect();
    }
    now = Math.max(now, end);
  };
  return {
    slept,
    now: () => now,
    advance: (milliseconds) => {
      runUntil(now + milliseconds);
    },
    after: (milliseconds, effect) => {
      pending.push({ at: now + milliseconds, effect });
    },
    cancel: () => {
      cancelled = true;
    },
    throwIfCancelled: () => {
      if (cancelled) throw cancelledFailure();
    },
    // eslint-disable-next-line typescript/require-await -- a cancelled sleep rejects, as the real clock's does
    sleep: async (milliseconds) => {
      if (cancelled) throw cancelledFailure();
      slept.push(milliseconds);
      runUntil(now + milliseconds);
      if (cancelled) throw cancelledFailure();
    },
  };
}

function cancelledFailure(): Failure {
  return new Failure('cancelled', { tried: 'go on', said: 'the job was cancelled', next: 'Run again.' });
}
