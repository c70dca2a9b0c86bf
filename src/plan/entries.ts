/** Which entries of a plan are what: to be carried out, drift, in the way, or about some control planes. */
import type { Blocker, Change, HostKey, Plan } from '../model/change.ts';

/** The changes that this action would carry out; `foreign` and `keep` entries are only shown. */
export function ownChanges({ changes }: Pick<Plan, 'changes'>): readonly Change[] {
  return changes.filter(({ write }) => write.op !== 'none');
}

/** What `check` calls drift: everything but what is merely someone else's, and control planes still on their way. */
export function drifted({ changes }: Pick<Plan, 'changes'>): readonly Change[] {
  return changes.filter(({ drift }) => drift);
}

/** What kept a check from looking at all that it should judge: no difference, and no proof that there is none. */
export function notLookedAt({ blockers }: Pick<Plan, 'blockers'>): readonly Blocker[] {
  return blockers.filter(({ reason }) => reason === 'access-denied');
}

/** How many differences a check has found, and things that are in the way of what is wanted. */
export function differenceCount(plan: Pick<Plan, 'changes' | 'blockers'>): number {
  return drifted(plan).length + plan.blockers.length - notLookedAt(plan).length;
}

/** Whether a plan's entry is about one of these control planes. */
export function isAbout(names: ReadonlySet<string>): (entry: { readonly host?: HostKey }) => boolean {
  return ({ host }) => host !== undefined && names.has(host.name);
}
