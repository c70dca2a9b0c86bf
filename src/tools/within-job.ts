/** A run that is not waited for when the job is cancelled and the run does not come to an end by itself. */
import { jobCancelled } from './cancelled.ts';

/**
 * How long a cancelled run may take to its own end, in milliseconds. GitHub kills it 10 s after the first signal, and sends the
 * second one after 7.5 s: outputs and summary are written in between, whatever still hangs.
 */
const PATIENCE_MS = 6_000;

/** The end of `run`; throws `cancelled` when the job was (`signal`) and `run` goes on. */
export async function withinJob(
  signal: AbortSignal,
  run: () => Promise<void>,
  patienceMs = PATIENCE_MS,
): Promise<void> {
  const over = new AbortController();
  try {
    await Promise.race([run(), afterPatience(signal, over.signal, patienceMs)]);
  } finally {
    over.abort();
  }
}

/** Rejects some time after `signal` is aborted; never once it is `over`. */
async function afterPatience(signal: AbortSignal, over: AbortSignal, patienceMs: number): Promise<never> {
  return await new Promise<never>((_resolve, reject) => {
    const wait = (): void => {
      const timer = setTimeout(() => reject(jobCancelled('end the run')), patienceMs);
      over.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true, signal: over });
  });
}
