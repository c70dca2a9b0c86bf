/** Carrying changes out one by one or together, so that none is left without an outcome. */
import pLimit from 'p-limit';
import type { Outcome } from '../model/change.ts';
import { asFailure } from '../model/failure.ts';

interface Identified {
  readonly id: string;
  readonly target: string;
}

/** How many AWS calls run side by side. */
const SIDE_BY_SIDE = 8;

function failed(change: Identified, error: unknown): Outcome {
  return { id: change.id, status: 'failed', failure: asFailure(error, change.id) };
}

/** Each change on its own, some side by side: one failure leaves the others be. */
export async function each<C extends Identified>(
  changes: readonly C[],
  carryOut: (change: C) => Promise<void>,
): Promise<readonly Outcome[]> {
  const limit = pLimit(SIDE_BY_SIDE);
  return await Promise.all(
    changes.map((change) =>
      limit(async (): Promise<Outcome> => {
        try {
          await carryOut(change);
          return { id: change.id, status: 'done' };
        } catch (error) {
          return failed(change, error);
        }
      }),
    ),
  );
}

/** All changes in one act: they are done together or have failed together. */
export async function together(
  changes: readonly Identified[],
  carryOut: () => Promise<void>,
): Promise<readonly Outcome[]> {
  try {
    await carryOut();
    return changes.map(({ id }) => ({ id, status: 'done' }));
  } catch (error) {
    return changes.map((change) => failed(change, error));
  }
}
