/** Carries a plan out: the very changes that were shown, in the declared order, each with an outcome. */
import type { Change, Outcome, Outcomes, Plan } from '../model/change.ts';
import { asFailure } from '../model/failure.ts';
import type { ApplyContext, Stage } from './context.ts';

const NOT_ATTEMPTED: Outcome = { status: 'not-attempted', wrote: false };

/**
 * A failure within a stage leaves the other changes of that stage be, and what comes after it is not attempted.
 * Throws nothing: what went wrong is in the outcomes.
 */
export async function carryOut(
  plan: Pick<Plan, 'changes'>,
  order: readonly Stage[],
  context: ApplyContext,
): Promise<Outcomes> {
  const outcomes = new Map<string, Outcome>();
  for (const stage of order) {
    const changes = plan.changes.filter((change) => stage.takes(change));
    if (changes.length === 0) continue;
    const goesOn = [...outcomes.values()].every(({ status }) => status === 'done');
    const results = goesOn ? await runStage(stage, changes, context) : [];
    for (const [n, { address }] of changes.entries()) outcomes.set(address, results[n] ?? NOT_ATTEMPTED);
  }
  return outcomes;
}

async function runStage(
  stage: Stage,
  changes: readonly Change[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  const { log } = context.read;
  return await log.group(`${stage.title}: ${changes.length}`, async () => {
    const results = await attempt(stage, changes, context);
    for (const [n, { action, id, target }] of changes.entries()) {
      const { status, failure } = results[n] ?? NOT_ATTEMPTED;
      log.info(`${status}: ${action} ${id} (${target})`);
      if (failure !== undefined) log.info(failure.message);
    }
    return results;
  });
}

/** Nothing new is begun once the job has been cancelled; what a stage throws counts for all of its changes. */
async function attempt(
  stage: Stage,
  changes: readonly Change[],
  context: ApplyContext,
): Promise<readonly Outcome[]> {
  try {
    context.read.clock.throwIfCancelled();
  } catch (error) {
    return changes.map(({ id }) => ({ ...NOT_ATTEMPTED, failure: asFailure(error, id) }));
  }
  try {
    return await stage.run(changes, context);
  } catch (error) {
    // Waiting writes nothing, whatever ends it.
    return changes.map(({ id, action }) => ({
      status: 'failed',
      wrote: action !== 'wait',
      failure: asFailure(error, id),
    }));
  }
}
