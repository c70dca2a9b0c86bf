/** Carrying changes out one by one or together, so that none is left without an outcome. */
import pLimit from 'p-limit';
import type { Change, Outcome } from '../model/change.ts';
import { asFailure, type Failure } from '../model/failure.ts';
import type { Write } from '../model/write.ts';
import type { ApplyContext } from './context.ts';

/** How many AWS calls run side by side: EKS and IAM throttle bursts. */
const CONCURRENT_WRITES = 8;

export const DONE: Outcome = { status: 'done', wrote: true };

export function failed(failure: Failure, wrote: boolean): Outcome {
  return { status: 'failed', wrote, failure };
}

/** Each change by an AWS call of its own, some side by side: one failure leaves the others be. */
export async function eachInAws<W extends Write>(
  changes: readonly Change<W>[],
  context: ApplyContext,
  carryOut: (write: W) => Promise<unknown>,
): Promise<readonly Outcome[]> {
  const limit = pLimit(CONCURRENT_WRITES);
  const outcomes = await Promise.all(
    changes.map(({ id, write }) =>
      limit(async (): Promise<Outcome> => {
        try {
          await carryOut(write);
          return DONE;
        } catch (error) {
          const failure = asFailure(error, id);
          // A call that times out has made its thing and then waited for it in vain.
          return failed(failure, failure.reason === 'timed-out');
        }
      }),
    ),
  );
  // Also after a failure: the answer may be what was lost.
  context.progress.wroteToAwsAt = context.read.clock.now();
  return outcomes;
}

/** All changes in one act: they are done together or have failed together, perhaps half way. */
export async function together(
  changes: readonly Change[],
  carryOut: () => Promise<void>,
): Promise<readonly Outcome[]> {
  try {
    await carryOut();
    return changes.map(() => DONE);
  } catch (error) {
    return changes.map(({ id }) => failed(asFailure(error, id), true));
  }
}
