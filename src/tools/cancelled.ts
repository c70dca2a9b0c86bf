/** The Failure of a run whose job was cancelled. */
import { Failure } from '../model/failure.ts';

/** `tried`: what was going on. `next`: what is left to do when running again is not all. */
export function jobCancelled(
  tried: string,
  options: { readonly next?: string | undefined; readonly cause?: unknown } = {},
): Failure {
  const { next = 'Run again: what was done stays, and the next run does the rest.', cause } = options;
  return new Failure('cancelled', { tried, said: 'the job was cancelled', next, cause });
}
