/** Files that only the job's user may read. */
import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { retryAfterPauses } from '../wait/retry-after-pauses.ts';
import { createClock } from './clock.ts';
import { errorCode } from './error-message.ts';

type Move = (from: string, to: string) => Promise<void>;

/** Milliseconds before the next attempt. */
const PAUSES = [10, 50, 100, 500];
/** What Windows says of a file that another program is reading, as kubectl does with the token. */
const IN_USE = new Set(['EPERM', 'EACCES', 'EBUSY']);

/**
 * Writes a file that is readable and writable by its owner alone (0600). A reader sees the old text or the new one, never a
 * part: the text goes to a new file beside it, which then takes the name.
 */
export async function writePrivate(path: string, text: string, move: Move = rename): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await takeName(draft, path, move);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function takeName(draft: string, path: string, move: Move): Promise<void> {
  const error = await retryAfterPauses<unknown>({
    clock: createClock(new AbortController().signal),
    pausesMs: PAUSES,
    attempt: async () =>
      await move(draft, path).then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    mayRetry: (thrown) => thrown !== undefined && IN_USE.has(errorCode(thrown)),
    beforePause: () => {},
  });
  if (error !== undefined) throw error;
}
