/** Carries a plan out: the very changes that were shown, in the declared order, each with an outcome. */
import type { Change, Outcome, Plan } from './model/change.ts';
import { asFailure } from './model/failure.ts';
import type { Stage } from './resources/index.ts';
import type { Workshop } from './resources/resource.ts';

export type Outcomes = ReadonlyMap<Change, Outcome>;

/**
 * A failure within a stage leaves the other changes of that stage be, and what comes after it is not attempted.
 * Throws nothing: what went wrong is in the outcomes.
 */
export async function carryOut(plan: Plan, order: readonly Stage[], workshop: Workshop): Promise<Outcomes> {
  const outcomes = new Map<Change, Outcome>();
  for (const stage of order) {
    const mine = plan.changes.filter((change) => stage.takes(change));
    if (mine.length === 0) continue;
    if (hasFailed(outcomes)) for (const change of mine) leaveOut(change, outcomes);
    else await runStage(stage, mine, workshop, outcomes);
  }
  return outcomes;
}

function hasFailed(outcomes: Outcomes): boolean {
  return [...outcomes.values()].some((outcome) => outcome.status !== 'done');
}

/** A change that an earlier stage has begun and this one should have ended is half done, and says so. */
function leaveOut(change: Change, outcomes: Map<Change, Outcome>): void {
  const { id } = change;
  if (!outcomes.has(change)) outcomes.set(change, { id, status: 'not-attempted' });
  else if (outcomes.get(change)?.status === 'done') {
    const note = 'begun: both mechanisms are trusted until another run ends the move';
    outcomes.set(change, { id, status: 'not-attempted', note, begun: true });
  }
}

async function runStage(
  stage: Stage,
  mine: readonly Change[],
  workshop: Workshop,
  outcomes: Map<Change, Outcome>,
): Promise<void> {
  const { log } = workshop.read;
  await log.group(`${stage.title}: ${mine.length}`, async () => {
    for (const [change, outcome] of await attempt(stage, mine, workshop)) {
      outcomes.set(change, { ...outcome, ...(outcomes.has(change) && { begun: true as const }) });
      log.info(`${outcome.status}: ${change.action} ${change.id} (${change.target})`);
      if (outcome.failure !== undefined) log.info(outcome.failure.message);
    }
  });
}

/** Nothing new is begun once the job has been cancelled; what a stage throws counts for all of its changes. */
async function attempt(stage: Stage, mine: readonly Change[], workshop: Workshop): Promise<Outcomes> {
  const all = (status: 'failed' | 'not-attempted', error: unknown): Outcomes =>
    new Map(mine.map((change) => [change, { id: change.id, status, failure: asFailure(error, change.id) }]));
  try {
    workshop.read.clock.throwIfCancelled();
  } catch (error) {
    return all('not-attempted', error);
  }
  try {
    const results = await stage.run(mine, workshop);
    return new Map(
      mine.map((change, index) => [change, results[index] ?? { id: change.id, status: 'not-attempted' }]),
    );
  } catch (error) {
    return all('failed', error);
  }
}
