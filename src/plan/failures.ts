/** The failures that follow from a plan: what a check has found, and what came of carrying it out. */
import type { Change, Plan } from '../model/change.ts';
import { countOf, shortList } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import type { RunRecord } from '../model/record.ts';
import { differenceCount, drifted, notLookedAt } from './entries.ts';

/** The failure of a check that could not look at all that it should judge; undefined when it could. */
export function unseenFailure(plan: Pick<Plan, 'blockers'>): Failure | undefined {
  const [denied] = notLookedAt(plan);
  if (denied === undefined) return undefined;
  const { target, message: said, next } = denied;
  return new Failure('access-denied', { tried: `compare ${target} with what is wanted`, said, next });
}

/** The failure of a check that found differences; undefined when there are none. */
export function driftFailure(plan: Plan): Failure | undefined {
  if (differenceCount(plan) === 0) return undefined;
  const drift = drifted(plan);
  const blocked = plan.blockers.map(({ target, message, next }) => `${target}: ${message} (${next})`);
  const count = drift.length === 0 ? [] : [`${countOf(drift.length, 'difference')}: ${nameSome(drift)}`];
  return new Failure('drift', {
    tried: 'compare what is there with what is wanted',
    said: [...count, ...blocked].join('; '),
    next: whatToDo(drift),
  });
}

/** What others have put on what is ours is told, and stays until they take it off. */
function whatToDo(drift: readonly Change[]): string {
  if (drift.length === 0) return 'Remove what is in the way, then run again.';
  const others = drift.filter(({ action }) => action === 'foreign');
  if (others.length === 0) return 'Run `mode: plan` to see them, `mode: apply` to put them right.';
  const left = `\`mode: apply\` leaves alone what others have made (${nameSome(others)}): take it off by hand`;
  return others.length === drift.length
    ? `Run \`mode: plan\` to see them; ${left}.`
    : `Run \`mode: plan\` to see them, \`mode: apply\` to put them right; ${left}.`;
}

/** The first failure among the outcomes, with what else failed and what was not attempted. */
export function firstFailure({ plan, outcomes }: Pick<RunRecord, 'plan' | 'outcomes'>): Failure | undefined {
  const all = [...outcomes.values()];
  const broken = all.filter(({ status }) => status === 'failed');
  // What was not begun has a failure only when the job was cancelled.
  const first = [...broken, ...all].find(({ failure }) => failure !== undefined)?.failure;
  if (first === undefined) return undefined;
  const more = broken.length - 1;
  const left = (plan?.changes ?? []).filter(
    ({ address }) => outcomes.get(address)?.status === 'not-attempted',
  );
  const { tried, said, next, cause } = first.details;
  const others = more > 0 ? `; ${more} more failed` : '';
  const open = left.length > 0 ? `; not attempted: ${nameSome(left)}` : '';
  return new Failure(first.reason, { tried, said: `${said}${others}${open}`, next, cause });
}

function nameSome(changes: readonly Change[]): string {
  return shortList([...new Set(changes.map(({ id }) => id))], 8);
}
