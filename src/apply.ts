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
  const begun = outcomes.get(change)?.status === 'done';
  if (!outcomes.has(change) || begun) {
    const note = begun ? 'begun: both mechanisms are trusted until another run ends the move' : undefined;
    outcomes.set(change, { id: change.id, status: 'not-attempted', ...(note !== undefined && { note }) });
  }
}

async function runStage(
  stage: Stage,
  mine: readonly Change[],
  workshop: Workshop,
  outcomes: Map<Change, Outcome>,
): Promise<void> {
  const { log, clock } = workshop.read;
  await log.group(`${stage.title}: ${mine.length}`, async () => {
    const results = await attempt(async () => {
      // Nothing new is begun once the job has been cancelled.
      await clock.sleep(0);
      return await stage.run(mine, workshop);
    }, mine);
    for (const [index, change] of mine.entries()) {
      const outcome = results[index] ?? { id: change.id, status: 'not-attempted' };
      outcomes.set(change, outcome);
      log.info(
        `${outcome.status === 'done' ? 'done' : outcome.status}: ${change.action} ${change.id} (${change.target})`,
      );
      if (outcome.failure !== undefined) log.info(outcome.failure.message);
    }
  });
}

/** What a stage throws counts for all of its changes. */
async function attempt(
  run: () => Promise<readonly Outcome[]>,
  mine: readonly Change[],
): Promise<readonly Outcome[]> {
  try {
    return await run();
  } catch (error) {
    return mine.map(({ id }) => ({ id, status: 'failed', failure: asFailure(error, id) }));
  }
}
