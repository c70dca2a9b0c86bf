/** Makes changes with their silent parts filled in. */
import type { Change, ChangeBy } from '../model/change.ts';
import type { Proposal } from '../model/desired.ts';
import type { Operation, Write } from '../model/write.ts';

export const NOTHING: Proposal = { changes: [] };

type Draft = Pick<Change, 'id' | 'target' | 'reason' | 'severity'> & Partial<Omit<Change, 'write'>>;

/** A change, with these defaults: no effect beyond itself, no `before` or `after`, it counts as drift, and its id is its address. */
export function makeChange<W extends Write>(draft: Draft & Pick<Change, 'action'>, write: W): Change<W> {
  return { address: draft.id, effect: '', before: null, after: null, drift: true, ...draft, write };
}

/** Something seen that is not ours: reported, never written. `drift` when it sits on something that is ours. */
export function unmanaged(draft: Draft): ChangeBy<'none'> {
  return makeChange({ drift: false, ...draft, action: 'foreign' }, { op: 'none' });
}

/** Ours, and left as it is: reported, never written, no drift. */
export function keeping(draft: Draft): ChangeBy<'none'> {
  return makeChange({ drift: false, ...draft, action: 'keep' }, { op: 'none' });
}

/** Whether a change is of one of these operations. */
export function isBy<O extends Operation>(
  operations: readonly O[],
): (change: Change) => change is ChangeBy<O> {
  const names: readonly string[] = operations;
  return (change): change is ChangeBy<O> => names.includes(change.write.op);
}
