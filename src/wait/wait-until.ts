/** Waits for things of the cluster: bounded, with progress lines, named. */
import { shortList } from '../model/count.ts';
import type { Readers } from '../model/ports.ts';
import { growing, repeat } from './repeat.ts';

export interface OpenThings {
  /** Shown in progress lines, e.g. `the rollouts`. */
  readonly what: string;
  readonly timeoutMs: number;
  /** What is still open, by name; an empty set ends the wait. */
  readonly look: () => Promise<ReadonlySet<string>>;
}

const PAUSES = growing(500, 5_000, 1.2);
const PROGRESS_MS = 10_000;

/**
 * Looks until nothing is open or the time is up, at growing intervals (half a second to 5 s), and says every 10 s what is still open.
 * Returns what was open at the last look.
 */
export async function waitUntil(
  { clock, log }: Pick<Readers, 'clock' | 'log'>,
  { what, timeoutMs, look }: OpenThings,
): Promise<ReadonlySet<string>> {
  const start = clock.now();
  let lastProgress = start;
  return await repeat({
    clock,
    pauses: PAUSES,
    attempt: async () => {
      const open = await look();
      const now = clock.now();
      if (open.size > 0 && now < start + timeoutMs && now - lastProgress >= PROGRESS_MS) {
        lastProgress = now;
        const seconds = Math.round((now - start) / 1000);
        log.info(
          `waiting for ${what}: ${open.size} open (${shortList([...open], 2)}), ${seconds} s of ${timeoutMs / 1000} s`,
        );
      }
      return open.size === 0 ? { answer: open } : { answer: open, retryUntil: start + timeoutMs };
    },
  });
}
