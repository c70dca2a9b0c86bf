/** Tries a call to AWS again, or waits for an answer: each with a bound and a log line before every pause. */
import type { Clock, Log } from '../../model/ports.ts';
import { growing, type Pauses, repeat } from '../../wait/repeat.ts';

/** A reason to try again, and for how long from its first appearance. */
export interface Transient {
  readonly why: string;
  readonly forMs: number;
}

export interface RetryContext {
  readonly clock: Clock;
  readonly log: Log;
  /** Between 0 and 1; spreads parallel jobs apart. */
  readonly random?: () => number;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 8000;

/** The pause after attempt `count`, in milliseconds: it doubles each time, and half of it is random. */
function backoff(count: number, random: () => number): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/**
 * Runs `body` again while `transient` finds a reason in its error. Each reason has a bound of its own, counted from its
 * first appearance. When it is over, throws the last error as it came.
 */
export async function retry<T>(
  { clock, log, random = Math.random }: RetryContext,
  transient: (error: unknown) => Transient | undefined | Promise<Transient | undefined>,
  body: () => Promise<T>,
): Promise<T> {
  const firstSeen = new Map<string, number>();
  let why = '';
  const result = await repeat<{ readonly value: T } | { readonly error: unknown }>({
    clock,
    pauses: (count) => backoff(count, random),
    attempt: async () => {
      try {
        return { answer: { value: await body() } };
      } catch (error) {
        const reason = await transient(error);
        if (reason === undefined) throw error;
        ({ why } = reason);
        const since = firstSeen.get(why) ?? clock.now();
        firstSeen.set(why, since);
        return { answer: { error }, retryUntil: since + reason.forMs };
      }
    },
    beforePause: (pauseMs, leftMs) => {
      log.info(`${why}: next attempt in ${seconds(pauseMs)}, giving up in ${seconds(leftMs)}`);
    },
  });
  if ('error' in result) throw result.error;
  return result.value;
}

export interface PollOptions {
  readonly forMs: number;
  /** Half a second at first and up to two, when absent. */
  readonly pauses?: Pauses;
  /** Shown in the log. */
  readonly waitingFor: string;
}

/** Asks until there is an answer; undefined once the time is up. */
export async function poll<T>(
  { clock, log }: RetryContext,
  { forMs, pauses = growing(500, 2_000), waitingFor }: PollOptions,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const start = clock.now();
  return await repeat<T | undefined>({
    clock,
    pauses,
    attempt: async () => {
      const answer = await ask();
      return answer === undefined ? { answer, retryUntil: start + forMs } : { answer };
    },
    beforePause: () => {
      log.info(`Waiting for ${waitingFor} (${seconds(clock.now() - start)} of ${seconds(forMs)})`);
    },
  });
}

/** Milliseconds as seconds for the log: `1.5 s`, `20 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}
