/** The steps that the modes are made of: look and plan, pass the gate, carry out, serve who became ready. */
import { carryOut, type ToCarryOut } from '../apply/carry-out.ts';
import type { ApplyContext, Step } from '../apply/context.ts';
import { applyOrder } from '../apply/stages.ts';
import { podProblem } from '../mechanisms/index.ts';
import type { Plan } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import { asFailure, type Failure } from '../model/failure.ts';
import type { Writers } from '../model/ports.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { ifRecent } from '../observe/aws.ts';
import { type AlsoObserved, observe } from '../observe/world.ts';
import { leftOut, planChanged, refuseToBegin } from '../plan/gate.ts';
import { planTowards } from '../plan/plan.ts';
import { isRoleLate, lateAssociations } from '../plan/late.ts';
import { awaited, forAwaited, onlyPlanned } from '../plan/second-pass.ts';
import { isBy } from '../resources/change-maker.ts';
import { changeLines, planLines } from '../report/lines.ts';
import { REPLACEMENT_MS, waitForRollouts } from '../wait/rollouts.ts';
import type { RunDependencies } from './dependencies.ts';
import { observeOwnWrites } from './own-writes.ts';
import { sayChanges, sayPlan } from './say.ts';

/** A world with the plan that was made for it. */
export interface ObservedPlan {
  readonly world: World;
  readonly plan: Plan;
}

/** What is observed, and how. */
export interface Look extends Omit<AlsoObserved, 'begun'> {
  /** What is judged and not mended: pods that others are replacing at this very moment are given some seconds to come up. */
  readonly patient?: true;
}

/**
 * The world, and the plan that `planner` makes of it; both go into the record and the log. Throws a Failure when the world
 * can't be read.
 */
export async function observeAndPlan(
  run: RunDependencies,
  record: RunRecord,
  planner: (desired: Desired, world: World) => Plan,
  look: Look = {},
): Promise<ObservedPlan> {
  const { config, desired, read } = run;
  const world = await worldToJudge(run, record, look);
  const planned = planner(desired, world);
  const plan = { ...planned, warnings: [...config.warnings, ...planned.warnings] };
  record.world = world;
  record.plan = plan;
  await sayPlan(read.log, planLines(config, desired, plan, world));
  for (const warning of plan.warnings) read.log.warning(warning);
  return { world, plan };
}

/** The world; a second look at it where controllers were in motion. */
async function worldToJudge(
  { config: { intent }, place, read, begun }: RunDependencies,
  record: RunRecord,
  { patient, onCluster, ...also }: Look,
): Promise<World> {
  record.checkedAt = read.clock.now();
  const ahead = { begun: ifRecent(begun, read.clock), ...(onCluster && { onCluster }) };
  const world = await observe(read, intent, place, { ...also, ...ahead });
  if (patient !== true || !(await waitForRollouts(read, intent, world, REPLACEMENT_MS))) return world;
  record.checkedAt = read.clock.now();
  return await observe(read, intent, place, also);
}

/** Throws what keeps the plan from being carried out, and `plan-changed` when another one was reviewed. */
export async function passGate(plan: Plan, { config, findReviewed }: RunDependencies): Promise<void> {
  refuseToBegin({ doubts: plan.doubts, blockers: [] });
  const expected = config.expectedPlan;
  if (expected !== undefined && expected !== plan.digest)
    throw planChanged(plan, expected, await findReviewed(expected));
  refuseToBegin(plan);
}

/** When an association was last changed, in milliseconds since the epoch: by others, perhaps a moment ago. */
function lastChangeOf(world: World | undefined): number | undefined {
  const times = world?.placed.flatMap(({ association }) => association?.modifiedAt ?? []) ?? [];
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Namespaces whose association was changed before this run: whether it points elsewhere since then is not to be seen. */
function changedBefore(world: World | undefined): readonly string[] {
  return (
    world?.placed.flatMap(({ namespace, association }) => (association === undefined ? [] : namespace)) ?? []
  );
}

const upgrades = isBy(['set-value', 'upgrade-anew']);

/**
 * Before the first write: an upgrade that is bound to fail would leave the role and all that comes before it half made.
 * Throws `chart-unavailable`, or `access-denied`.
 */
export async function prepareUpgrade(
  { plan, world }: ObservedPlan,
  { config, read }: RunDependencies,
  write: Writers,
): Promise<void> {
  if (world.release.kind !== 'found' || !plan.changes.some((change) => upgrades(change))) return;
  const { chart: name, version } = world.release.release;
  read.log.info(`fetching chart ${config.intent.release.chart} for the upgrade`);
  await write.helm.prepare(config.intent.release, { name, version });
}

/** Carries changes out; what came of them goes into the record. */
export async function execute(
  plan: ToCarryOut,
  order: readonly Step[],
  { config, place, read }: RunDependencies,
  write: Writers,
  record: RunRecord,
): Promise<void> {
  const changedAt = lastChangeOf(record.world);
  // The record is written as things come about: a cancelled run is reported before it has come to its end.
  const outcomes = new Map(record.outcomes);
  const restarted = new Set(record.restarted);
  record.outcomes = outcomes;
  record.restarted = restarted;
  const progress: ApplyContext['progress'] = {
    outcomes,
    begun: new Set(),
    restarted,
    unseen: new Set(changedBefore(record.world)),
    ...(changedAt !== undefined && { identityChangedAt: changedAt }),
  };
  const { intent } = config;
  const context = { intent, target: place.target, read, write, podProblem, progress };
  await carryOut(plan, order, context);
  if (progress.wroteToAwsAt !== undefined) record.wroteToAwsAt = progress.wroteToAwsAt;
}

/**
 * Serves the control planes that the plan waited for and that are ready now, and nobody else. The plan that was shown stays
 * the record's plan; what is added to it is shown too. Gives what went wrong before a change could be tried.
 */
export async function serveAwaited(
  first: ObservedPlan,
  run: RunDependencies,
  write: Writers,
  record: RunRecord,
): Promise<Failure | undefined> {
  const names = awaited(first.plan);
  const isReady = first.plan.changes.some(
    (change) =>
      change.write.op === 'await-control-plane' && record.outcomes.get(change.address)?.status === 'done',
  );
  if (!isReady) return undefined;
  const { desired, read } = run;
  const isLate = (world: World): boolean =>
    isRoleLate(world, record) || lateAssociations(world, record).size > 0;
  try {
    const now = onlyPlanned(await observeOwnWrites(run, record, isLate), first.world);
    const look = { desired, first: first.world, now, names };
    const { changes, blockers } = forAwaited(planTowards(desired, now), look);
    await sayChanges(read.log, changeLines(changes));
    record.plan = { ...first.plan, changes: [...first.plan.changes, ...changes] };
    refuseToBegin({ blockers, doubts: [] }, 'What was planned before has been carried out.');
    const open = [...blockers, ...unserved(first.plan, record)];
    await execute({ changes, blockers: open }, applyOrder, run, write, record);
    return leftOut({ changes, blockers }, record.outcomes);
  } catch (error) {
    return asFailure(error, 'serve the control planes that have become ready');
  }
}

/** What the first pass could not give: its control planes may live on what the second one would take away. */
function unserved({ changes, blockers }: Plan, { outcomes }: RunRecord): ToCarryOut['blockers'] {
  const open = changes.filter(({ address }) => (outcomes.get(address)?.status ?? 'done') !== 'done');
  return [...blockers, ...open].filter(({ host }) => host !== undefined);
}
