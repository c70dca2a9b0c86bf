/** Carrying changes out one by one or together, so that none is left without an outcome. */
import pLimit from 'p-limit';
import type { Change, Outcome } from '../model/change.ts';
import { asFailure, Failure } from '../model/failure.ts';
import type { Write } from '../model/write.ts';
import type { ApplyContext, Progress } from './context.ts';

/** How many AWS calls run side by side: EKS and IAM throttle bursts. */
const CONCURRENT_WRITES = 8;

export const DONE: Outcome = { status: 'done', wrote: true };
export const NOT_ATTEMPTED: Outcome = { status: 'not-attempted', wrote: false };

/** The outcome of a change that failed. `wrote`: whether it may have changed something all the same. */
export function failed(failure: Failure, wrote: boolean): Outcome {
  return { status: 'failed', wrote, failure };
}

/** Until it has ended, a change counts as one that may have been carried out: a cancelled job may not live to see the answer. */
export function begin(changes: readonly Change[], { outcomes }: Progress): void {
  for (const { address, action, target } of changes) {
    const failure = new Failure('cancelled', {
      tried: `${action} ${target}`,
      said: 'the job was cancelled before it was answered',
      next: 'It may have been carried out all the same. Run again: the next run looks, and does what is left.',
    });
    outcomes.set(address, failed(failure, true));
  }
}

/** What ended so may have made its thing, and then waited for an answer, or until it shows. */
export function isPerhapsDone({ reason }: Failure): boolean {
  return reason === 'timed-out' || reason === 'cancelled';
}

/** Each change by an AWS call of its own, some side by side: one failure leaves the others be. */
export async function eachInAws<W extends Write>(
  changes: readonly Change<W>[],
  context: ApplyContext,
  carryOut: (write: W) => Promise<unknown>,
): Promise<readonly Outcome[]> {
  const limit = pLimit(CONCURRENT_WRITES);
  const outcomes = await Promise.all(
    changes.map((change) =>
      limit(async (): Promise<Outcome> => {
        const outcome = await inAws(change, context, carryOut);
        context.progress.outcomes.set(change.address, outcome);
        return outcome;
      }),
    ),
  );
  // Also after a failure: the answer may be what was lost.
  context.progress.wroteToAwsAt = context.read.clock.now();
  return outcomes;
}

async function inAws<W extends Write>(
  change: Change<W>,
  { read, progress }: ApplyContext,
  carryOut: (write: W) => Promise<unknown>,
): Promise<Outcome> {
  const { id, write } = change;
  try {
    read.clock.throwIfCancelled();
  } catch (error) {
    return { ...NOT_ATTEMPTED, failure: asFailure(error, id) };
  }
  begin([change], progress);
  try {
    await carryOut(write);
    return DONE;
  } catch (error) {
    const failure = asFailure(error, id);
    return failed(failure, isPerhapsDone(failure));
  }
}

/** All changes in one act: they are done together or have failed together, perhaps half way. */
export async function together(
  changes: readonly Change[],
  { progress }: Pick<ApplyContext, 'progress'>,
  carryOut: () => Promise<void>,
): Promise<readonly Outcome[]> {
  begin(changes, progress);
  try {
    await carryOut();
    return changes.map(() => DONE);
  } catch (error) {
    return changes.map(({ id }) => failed(asFailure(error, id), true));
  }
}
