/** Entries of hosts that keep what they have: with many of them, those kept for the same reason share a line. */
import type { Change, HostKey } from '../model/change.ts';

/** Up to this many are shown one by one. */
const MOST_ALONE = 3;
/** How many of those that share a line are named in it. */
const NAMED = 3;
/** How many lines are written: each reason may name another pod. */
const MOST_LINES = 10;

type Kept = Change & { readonly host: HostKey };

export interface FoldedKept {
  /** Everything that has a line of its own, in its order. */
  readonly alone: readonly Change[];
  readonly lines: readonly {
    readonly count: number;
    /** The first of the entries. */
    readonly named: readonly Kept[];
    readonly reason: string;
  }[];
}

/** Puts the changes that are kept into groups, when there are more than a few. */
export function foldKept(changes: readonly Change[]): FoldedKept {
  const kept = changes.filter(isKept);
  if (kept.length <= MOST_ALONE) return { alone: changes, lines: [] };
  const groups = [...Map.groupBy(kept, ({ reason }) => reason)];
  const lines = groups.slice(0, MOST_LINES).map(([reason, group]) => lineOf(reason, group));
  const others = groups.slice(MOST_LINES).flatMap(([, group]) => group);
  return {
    alone: changes.filter((change) => !isKept(change)),
    lines: others.length === 0 ? lines : [...lines, lineOf('they keep the role for other reasons', others)],
  };
}

/** What is kept for the whole Space, such as its OIDC provider, is one entry. */
function isKept(change: Change): change is Kept {
  return change.action === 'keep' && change.host !== undefined;
}

function lineOf(reason: string, group: readonly Kept[]): FoldedKept['lines'][number] {
  return { count: group.length, named: group.slice(0, NAMED), reason };
}

/** Names with how many more there are. */
export function andMore(names: readonly string[], count: number): string {
  const more = count - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
