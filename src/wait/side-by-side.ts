/** Runs reads side by side and gives one error for all that failed. */
import { Failure, isFailureOf } from '../model/failure.ts';

/**
 * The results in order. Waits for all before it throws, so that no child process is left, all refusals are told at once, and what is told
 * does not depend on who was the quickest: the first in the order of the reads.
 */
export async function sideBySide<T extends readonly unknown[]>(reads: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const settled = await Promise.allSettled(reads);
  const errors = settled.flatMap((each): unknown[] => (each.status === 'rejected' ? [each.reason] : []));
  if (errors.length > 0) throw combineFailures(errors);
  return Promise.all(reads);
}

function isDenied(error: unknown): error is Failure {
  return isFailureOf(error, 'access-denied');
}

/** One error for several: when all are refused permissions, a Failure that lists them, else the first that is not one. */
export function combineFailures(errors: readonly unknown[]): unknown {
  const denied = errors.filter(isDenied);
  if (denied.length === 0 || denied.length < errors.length) {
    return errors.find((error) => !isDenied(error)) ?? errors[0];
  }
  const tried = denied.map(({ details }) => details.tried).join(', ');
  const said = [...new Set(denied.map(({ details }) => details.said))].join('; ');
  const next = [...new Set(denied.map(({ details }) => details.next))].join('\n');
  return new Failure('access-denied', { tried, said, next });
}
