/** What must hold before the first write. */
import type { Blocker, Outcomes, Plan } from '../model/change.ts';
import { shortList } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import { type Fingerprints, fingerprints } from './fingerprints.ts';

const NOTHING_YET = 'Nothing was written.';

/** Throws when the plan can't be carried out: quota, ownership, GitOps; every reason is said. */
export function refuseBlocked({ blockers }: Pick<Plan, 'blockers'>): void {
  const failure = blocked(blockers, NOTHING_YET);
  if (failure !== undefined) throw failure;
}

/** Throws when nothing of the plan may be carried out; what keeps one control plane from being served keeps no other. */
export function refuseToBegin(
  { blockers, doubts }: Pick<Plan, 'blockers' | 'doubts'>,
  soFar = NOTHING_YET,
): void {
  const failure = blocked([...doubts, ...blockers.filter(({ host }) => host === undefined)], soFar);
  if (failure !== undefined) throw failure;
}

/** Throws when a look has found nobody to judge, although there is or has been somebody: only a wrong cluster is merely said. */
export function throwIfUnlisted({ doubts }: Pick<Plan, 'doubts'>): void {
  const failure = blocked(
    doubts.filter(({ reason }) => reason === 'nothing-listed'),
    NOTHING_YET,
  );
  if (failure !== undefined) throw failure;
}

/** Why some control planes were not served although the plan was carried out, and what waits for them; undefined when all were. */
export function leftOut(
  { blockers, changes }: Pick<Plan, 'blockers' | 'changes'>,
  outcomes: Outcomes,
): Failure | undefined {
  const waiting = changes
    .filter(({ host, address }) => host === undefined && outcomes.get(address)?.status === 'not-attempted')
    .map(({ id }) => id);
  const heldUp =
    waiting.length === 0
      ? ''
      : ` Not attempted, since it would be taken from these too: ${shortList(waiting, 8)}.`;
  return blocked(
    blockers.filter(({ host }) => host !== undefined),
    `All others were served.${heldUp}`,
  );
}

function blocked([first, ...others]: readonly Blocker[], soFar: string): Failure | undefined {
  if (first === undefined) return undefined;
  return new Failure(first.reason, {
    tried: `make a plan that can be carried out (${first.target})`,
    said: [
      first.message,
      ...others.map(({ target, message, next }) => `${target}: ${message} (${next})`),
    ].join('\n  '),
    next: `${first.next} ${soFar}`,
  });
}

/**
 * The refusal of a plan other than the reviewed one, with the difference as far as the reviewed plan's changes are known
 * (`reviewed`: fingerprints by address, from the comment it was reviewed in).
 */
export function planChanged(plan: Plan, expected: string, reviewed: Fingerprints | undefined): Failure {
  return new Failure('plan-changed', {
    tried: `carry out the reviewed plan ${expected}`,
    said: [
      `the plan is now ${plan.digest}`,
      ...(reviewed === undefined ? wholePlan(plan) : difference(plan, reviewed)),
    ].join('\n  '),
    next: 'Something has changed since the review. Run `mode: plan` again, have that plan reviewed, and set `expected-plan` to its digest. Nothing was written.',
  });
}

function wholePlan(plan: Plan): readonly string[] {
  if (plan.changes.length === 0) return ['nothing is left to do'];
  const shown = plan.changes.map((change) => `${change.action} ${change.id}: ${change.reason}`);
  return ['the reviewed plan was not found in a comment, so this is the whole plan as it is now:', ...shown];
}

function difference(plan: Plan, reviewed: Fingerprints): readonly string[] {
  const now = fingerprints(plan);
  const lines = plan.changes.flatMap(({ address, action, id, reason }) => {
    if (reviewed[address] === undefined) return [`+ ${action} ${id}: ${reason} (not in the reviewed plan)`];
    return reviewed[address] === now[address]
      ? []
      : [`! ${action} ${id}: ${reason} (another change than the reviewed one)`];
  });
  const gone = Object.keys(reviewed).filter((address) => now[address] === undefined);
  const all = [...lines, ...gone.map((address) => `- ${address} (in the reviewed plan, no longer needed)`)];
  return all.length > 0 ? all : ['the changes are the same, but what is wanted or what was observed is not'];
}
