/** The one way to wait: bounded, with progress lines, named. */
import type { Readers } from '../model/ports.ts';

export interface Waiting {
  /** Shown in progress lines, e.g. `the rollouts`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** What is still open, by name; an empty set ends the wait. */
  readonly look: () => Promise<ReadonlySet<string>>;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 10_000;
const PROGRESS_MS = 10_000;

/**
 * Looks until nothing is open or the time is up, at growing intervals (1 s to 10 s), and says every 10 s what is still open.
 * Returns what was open at the last look.
 */
export async function waitUntil(
  read: Pick<Readers, 'clock' | 'log'>,
  waiting: Waiting,
): Promise<ReadonlySet<string>> {
  const { clock, log } = read;
  const start = clock.now();
  let said = start;
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 1.5, LONGEST_MS)) {
    const open = await waiting.look();
    const left = start + waiting.timeoutMs - clock.now();
    if (open.size === 0 || left <= 0) return open;
    if (clock.now() - said >= PROGRESS_MS) {
      said = clock.now();
      const seconds = Math.round((said - start) / 1000);
      log.info(
        `waiting for ${waiting.what}: ${open.size} open (${shortList(open)}), ${seconds} s of ${waiting.timeoutMs / 1000} s`,
      );
    }
    await clock.sleep(Math.min(pause, left));
  }
}

function shortList(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, 2).join(', ');
  return names.size <= 2 ? shown : `${shown} and ${names.size - 2} more`;
}
