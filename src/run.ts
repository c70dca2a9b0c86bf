/** The flow of the four modes: observe → plan → gate → apply → verify. Below this file nothing knows the mode. */
import { carryOut, type Outcomes } from './apply.ts';
import type { Change, Plan } from './model/change.ts';
import type { Check } from './model/check.ts';
import type { Config } from './model/config.ts';
import { Failure } from './model/failure.ts';
import type { Readers, Writers } from './model/ports.ts';
import type { RunRecord, Verdict } from './model/record.ts';
import type { World } from './model/world.ts';
import { observe, type Place } from './observe.ts';
import { drifted, ownChanges, planRemoval, planTowards } from './plan/plan.ts';
import { refuseBlocked, refuseOtherPlan } from './plan/gate.ts';
import { planLines } from './report/lines.ts';
import { applyOrder, removalOrder, type Stage } from './resources/index.ts';
import type { Workshop } from './resources/resource.ts';
import { waitUntilSettled } from './resources/settled.ts';
import { isVerified, verify } from './verify/verify.ts';

export interface Equipment {
  readonly config: Config;
  readonly place: Place;
  readonly read: Readers;
  /** Made only for a mode that writes. */
  readonly makeWriters: () => Writers;
}

/** One run. What it comes to know goes into the record as it is known; throws the Failure that the job should fail with. */
export async function run(equipment: Equipment, record: RunRecord): Promise<void> {
  switch (equipment.config.mode) {
    case 'plan':
      return await planMode(equipment, record);
    case 'check':
      return await checkMode(equipment, record);
    case 'apply':
      return await applyMode(equipment, record);
    case 'destroy':
      return await destroyMode(equipment, record);
  }
}

async function planMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const plan = await lookAndPlan(equipment, record, planTowards);
  record.verdict = ownChanges(plan).length === 0 ? 'in-sync' : 'changes';
  refuseBlocked(plan);
}

async function checkMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const { config, read } = equipment;
  const plan = await lookAndPlan(equipment, record, planTowards);
  const checks = judge(config, record);
  const drift = drifted(plan);
  record.verdict = checkVerdict(drift.length + plan.blockers.length, checks);
  const failure = driftFailure(drift, plan) ?? unverified(checks);
  if (failure === undefined) return;
  if (config.reporting.failOnDrift) throw failure;
  read.log.warning(failure.message);
}

async function applyMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const { config, read } = equipment;
  const plan = await lookAndPlan(equipment, record, planTowards);
  refuseOtherPlan(plan, config.expectedPlan);
  refuseBlocked(plan);
  const writers = equipment.makeWriters();
  const outcomes = await execute(plan, applyOrder, equipment, writers, record);
  // Control planes that became ready on the way are served by a second, smaller pass.
  const late = [...outcomes].some(
    ([change, { status }]) => change.resource === 'control-plane' && status === 'done',
  );
  if (late) await secondPass(equipment, writers, record);
  const checks = await lookAfter(equipment, record);
  throwFailed(record.outcomes);
  record.verdict = 'applied';
  const failure = unverified(checks);
  if (failure !== undefined) throw failure;
  read.log.info('applied and verified');
}

async function destroyMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const { config } = equipment;
  const plan = await lookAndPlan(equipment, record, planRemoval);
  refuseOtherPlan(plan, config.expectedPlan);
  refuseBlocked(plan);
  await execute(plan, removalOrder, equipment, equipment.makeWriters(), record);
  throwFailed(record.outcomes);
  record.verdict = 'destroyed';
}

/** `in-sync` only when everything was looked at and holds. */
function checkVerdict(differences: number, checks: readonly Check[]): Verdict {
  if (differences > 0 || checks.some((check) => check.status === 'fail')) return 'drifted';
  return checks.some((check) => check.status === 'unknown') ? 'unknown' : 'in-sync';
}

type Planner = (intent: Config['intent'], world: World) => Plan;

async function lookAndPlan(
  { config, place, read }: Equipment,
  record: RunRecord,
  planner: Planner,
): Promise<Plan> {
  record.checkedAt = read.clock.now();
  const world = await observe(read, config.intent, place);
  const plan = planner(config.intent, world);
  record.world = world;
  record.plan = plan;
  for (const line of planLines(config, plan)) read.log.info(line);
  for (const warning of plan.warnings) read.log.warning(warning);
  return plan;
}

async function execute(
  plan: Plan,
  order: readonly Stage[],
  { config, read }: Equipment,
  write: Writers,
  record: RunRecord,
): Promise<Outcomes> {
  if (record.world === undefined) return new Map();
  const workshop: Workshop = {
    intent: config.intent,
    world: record.world,
    read,
    write,
    identityChangedAt: undefined,
    restarted: new Set(record.restarted),
  };
  const outcomes = await carryOut(plan, order, workshop);
  record.outcomes = new Map([...record.outcomes, ...outcomes]);
  record.restarted = [...workshop.restarted].toSorted();
  return outcomes;
}

/** The plan that was shown stays the record's plan; what the second pass adds to it is shown too. */
async function secondPass(equipment: Equipment, writers: Writers, record: RunRecord): Promise<void> {
  const shown = record.plan;
  const plan = await lookAndPlan(equipment, record, planTowards);
  if (shown !== undefined) record.plan = { ...shown, changes: [...shown.changes, ...ownChanges(plan)] };
  refuseBlocked(plan);
  await execute(plan, applyOrder, equipment, writers, record);
}

async function lookAfter({ config, place, read }: Equipment, record: RunRecord): Promise<readonly Check[]> {
  if (record.world !== undefined) await waitUntilSettled(read, config.intent, record.world);
  record.after = await observe(read, config.intent, place);
  return judge(config, record);
}

function judge(config: Config, record: RunRecord): readonly Check[] {
  const world = record.after ?? record.world;
  const checks = world === undefined ? [] : verify(config.intent, world);
  record.checks = checks;
  return checks;
}

function throwFailed(outcomes: Outcomes): void {
  const failed = [...outcomes.values()].flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  const [first] = failed;
  if (first === undefined) return;
  const left = [...outcomes].filter(([, { status }]) => status === 'not-attempted');
  const { tried, said, next, cause } = first.details;
  const others = failed.length > 1 ? `; ${failed.length - 1} more failed` : '';
  const open = left.length > 0 ? `; not attempted: ${nameSome(left.map(([change]) => change))}` : '';
  throw new Failure(first.reason, { tried, said: `${said}${others}${open}`, next, cause });
}

function driftFailure(drift: readonly Change[], plan: Plan): Failure | undefined {
  if (drift.length === 0 && plan.blockers.length === 0) return undefined;
  const blocked = plan.blockers.map((blocker) => `${blocker.target}: ${blocker.message}`);
  return new Failure('drift', {
    tried: 'compare what is there with what is wanted',
    said: [`${drift.length} differences: ${nameSome(drift)}`, ...blocked].join('; '),
    next: 'Run `mode: plan` to see them, `mode: apply` to put them right.',
  });
}

function unverified(checks: readonly Check[]): Failure | undefined {
  if (isVerified(checks)) return undefined;
  const bad = checks.filter((check) => check.status === 'fail' || check.status === 'unknown');
  const shown = bad.slice(0, 5).map((check) => `${check.namespace} ${check.check}: ${check.detail}`);
  const more = bad.length > 5 ? [`and ${bad.length - 5} more`] : [];
  return new Failure('not-verified', {
    tried: 'verify the identity on the live workloads',
    said: [...shown, ...more].join('; '),
    next: 'The output `verification` and the job summary have every check with what was seen.',
  });
}

function nameSome(changes: readonly Change[]): string {
  const ids = [...new Set(changes.map((change) => change.id))];
  return ids.length <= 8 ? ids.join(', ') : `${ids.slice(0, 8).join(', ')} and ${ids.length - 8} more`;
}
