/** Carries a plan out: the very changes that were shown, in the declared order, each with an outcome. */
import type { Change, HostKey, Outcome, Outcomes, Plan } from '../model/change.ts';
import { asFailure } from '../model/failure.ts';
import type { ApplyContext, Stage, Step } from './context.ts';
import { NOT_ATTEMPTED } from './outcomes.ts';
import { addObstacle, isHeldUp, type Obstacles } from './obstacles.ts';
import { isLost, turnsOf } from './turns.ts';

/** `blockers`: whose things can't be had, or could not be had before. */
export interface ToCarryOut extends Pick<Plan, 'changes'> {
  readonly blockers: readonly { readonly host?: HostKey }[];
}

/**
 * What one control plane can't have keeps no other from being served: after a failure only what depends on it is not
 * attempted. Throws nothing: what went wrong is in the outcomes, which are noted in `progress` as they come about.
 */
export async function carryOut(
  { changes, blockers }: ToCarryOut,
  order: readonly Step[],
  context: ApplyContext,
): Promise<Outcomes> {
  const { outcomes } = context.progress;
  const turns = order.flatMap((step) => turnsOf(step, changes));
  for (const turn of turns) for (const { address } of turn.changes) outcomes.set(address, NOT_ATTEMPTED);
  const obstacles: Obstacles = { shared: false, hosts: new Set() };
  for (const blocker of blockers) addObstacle(blocker, obstacles);
  for (const { stage, changes: taken, wave } of turns) {
    const open = taken.filter((change) => !isHeldUp(change, obstacles));
    const results = open.length === 0 ? [] : await runStage(stage, open, context);
    const byChange = new Map(open.map((change, n) => [change, results[n]]));
    for (const change of taken) {
      const outcome = byChange.get(change) ?? NOT_ATTEMPTED;
      outcomes.set(change.address, outcome);
      // What is left as it is for the sake of some control planes keeps no other from anything.
      if (byChange.has(change) && outcome.status !== 'done') addObstacle(change, obstacles);
    }
    if (wave !== undefined && !obstacles.shared && isLost(wave, outcomes)) {
      obstacles.shared = true;
      context.read.log.warning(
        'At least nine in ten control planes of this wave failed, so those after it were left as they are. Mend what the failures name, then run again',
      );
    }
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
