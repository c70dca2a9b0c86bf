import type { Clock, Log } from '../../model/ports.ts';

/** A reason to try again, and for how long from its first appearance. */
export interface Transient {
  readonly why: string;
  readonly forMs: number;
}

export interface Waiting {
  readonly clock: Clock;
  readonly log: Log;
  /** Between 0 and 1; spreads parallel jobs apart. */
  readonly random?: () => number;
}

const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 8000;

/** The pause before a further attempt: doubled each time, half of it by chance. */
function backoff(attempt: number, random: () => number): number {
  const whole = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/**
 * Runs `body` again while `transient` finds a reason in its error. Each reason has a bound of its own, counted from its
 * first appearance; past it the last error is thrown as it came.
 */
export async function retry<T>(
  waiting: Waiting,
  transient: (error: unknown) => Transient | undefined,
  body: () => Promise<T>,
): Promise<T> {
  const { clock, log, random = Math.random } = waiting;
  const since = new Map<string, number>();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await body();
    } catch (error) {
      const reason = transient(error);
      if (reason === undefined) throw error;
      const start = since.get(reason.why) ?? clock.now();
      since.set(reason.why, start);
      const left = start + reason.forMs - clock.now();
      if (left <= 0) throw error;
      const pause = Math.min(left, backoff(attempt, random));
      log.info(`${reason.why}: next attempt in ${seconds(pause)}, giving up in ${seconds(left)}`);
      await clock.sleep(pause);
    }
  }
}

export interface Pace {
  readonly forMs: number;
  readonly everyMs: number;
  readonly waitingFor: string;
}

/** Asks until there is an answer; undefined once the time is up. Says what it waits for when the answer isn't there at once. */
export async function poll<T>(
  waiting: Waiting,
  pace: Pace,
  ask: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { clock, log } = waiting;
  const start = clock.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const left = start + pace.forMs - clock.now();
    if (left <= 0) return undefined;
    log.info(`Waiting for ${pace.waitingFor} (${seconds(clock.now() - start)} of ${seconds(pace.forMs)})`);
    await clock.sleep(Math.min(left, pace.everyMs));
  }
}

/** Milliseconds as a reader of the log wants them. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
}
