/** The flow of the four modes: observe → plan → gate → apply → verify. Below this file nothing knows the mode. */
import { carryOut, type Outcomes } from './apply.ts';
import type { Change, Plan } from './model/change.ts';
import type { Check } from './model/check.ts';
import type { Config } from './model/config.ts';
import { asFailure, Failure } from './model/failure.ts';
import type { Readers, Writers } from './model/ports.ts';
import type { RunRecord, Verdict } from './model/record.ts';
import type { World } from './model/world.ts';
import { observe, type Place } from './observe.ts';
import { drifted, ownChanges, planRemoval, planTowards } from './plan/plan.ts';
import type { Fingerprints } from './plan/fingerprints.ts';
import { planChanged, refuseBlocked } from './plan/gate.ts';
import { planLines } from './report/lines.ts';
import { applyOrder, removalOrder, type Stage } from './resources/index.ts';
import { gather } from './prove/gather.ts';
import { waitUntilStoresClear } from './prove/stores.ts';
import type { Workshop } from './resources/resource.ts';
import { waitUntilSettled } from './resources/settled.ts';
import { isVerified, verify } from './verify/verify.ts';

export interface Equipment {
  readonly config: Config;
  readonly place: Place;
  readonly read: Readers;
  /** Made only for a mode that writes. */
  readonly makeWriters: () => Writers;
  /** The changes of the plan with this digest, from where it was reviewed; undefined when that can't be found. */
  readonly reviewed: (digest: string) => Promise<Fingerprints | undefined>;
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
  const { plan } = await lookAndPlan(equipment, record, planTowards);
  record.verdict = ownChanges(plan).length === 0 ? 'in-sync' : 'changes';
  refuseBlocked(plan);
}

async function checkMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const { config, read } = equipment;
  const { world, plan } = await lookAndPlan(equipment, record, planTowards);
  const checks = await judge(equipment, world, record);
  const drift = drifted(plan);
  record.verdict = checkVerdict(drift.length + plan.blockers.length, checks);
  const failure = driftFailure(drift, plan) ?? unverified(checks);
  if (failure === undefined) return;
  if (config.reporting.failOnDrift) throw failure;
  read.log.warning(failure.message);
}

async function applyMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const sight = await lookAndPlan(equipment, record, planTowards);
  await refuseOtherPlan(sight.plan, equipment);
  refuseBlocked(sight.plan);
  const writers = equipment.makeWriters();
  const outcomes = await execute(sight, applyOrder, equipment, writers, record);
  // Control planes that became ready on the way are served by a second, smaller pass.
  const late = [...outcomes].some(
    ([change, { status }]) => change.resource === 'control-plane' && status === 'done',
  );
  const refused = late ? await secondPass(sight.plan, equipment, writers, record) : undefined;
  const failure = firstFailed(record.outcomes) ?? refused;
  const look = async () => {
    const after = await lookAfter(sight.world, equipment, record, failure === undefined);
    return await judge(equipment, after, record);
  };
  if (failure !== undefined) return await failAfter(look, failure, equipment);
  const checks = await look();
  record.verdict = 'applied';
  const bad = unverified(checks);
  if (bad !== undefined) throw bad;
  equipment.read.log.info('applied and verified');
}

async function destroyMode(equipment: Equipment, record: RunRecord): Promise<void> {
  const sight = await lookAndPlan(equipment, record, planRemoval);
  await refuseOtherPlan(sight.plan, equipment);
  refuseBlocked(sight.plan);
  await execute(sight, removalOrder, equipment, equipment.makeWriters(), record);
  const failure = firstFailed(record.outcomes);
  const look = async () => await lookAfter(sight.world, equipment, record, failure === undefined);
  if (failure !== undefined) return await failAfter(look, failure, equipment);
  await look();
  record.verdict = 'destroyed';
}

/** Throws `plan-changed` when a reviewed plan was named and this is another one. */
async function refuseOtherPlan(plan: Plan, { config, reviewed }: Equipment): Promise<void> {
  const expected = config.expectedPlan;
  if (expected === undefined || expected === plan.digest) return;
  throw planChanged(plan, expected, await reviewed(expected));
}

/** `in-sync` only when everything was looked at and holds. */
function checkVerdict(differences: number, checks: readonly Check[]): Verdict {
  if (differences > 0 || checks.some((check) => check.status === 'fail')) return 'drifted';
  return checks.some((check) => check.status === 'unknown') ? 'unknown' : 'in-sync';
}

interface Sight {
  readonly world: World;
  readonly plan: Plan;
}

type Planner = (intent: Config['intent'], world: World) => Plan;

async function lookAndPlan(
  { config, place, read }: Equipment,
  record: RunRecord,
  planner: Planner,
): Promise<Sight> {
  record.checkedAt = read.clock.now();
  const world = await observe(read, config.intent, place);
  const plan = planner(config.intent, world);
  record.world = world;
  record.plan = plan;
  for (const line of planLines(config, plan, world)) read.log.info(line);
  for (const warning of plan.warnings) read.log.warning(warning);
  return { world, plan };
}

async function execute(
  { world, plan }: Sight,
  order: readonly Stage[],
  { config, read }: Equipment,
  write: Writers,
  record: RunRecord,
): Promise<Outcomes> {
  const workshop: Workshop = {
    intent: config.intent,
    world,
    read,
    write,
    identityChangedAt: undefined,
    restarted: new Set(record.restarted),
  };
  const outcomes = await carryOut(plan, order, workshop);
  record.outcomes = new Map([...record.outcomes, ...outcomes]);
  record.restarted = [...workshop.restarted].toSorted();
  if (hasWrittenToAws(outcomes)) record.wroteToAwsAt = read.clock.now();
  return outcomes;
}

const IN_AWS = /^(oidc-provider|role|trust-policy|access-policy|permissions-boundary|association)/;

function hasWrittenToAws(outcomes: Outcomes): boolean {
  return [...outcomes].some(
    ([{ resource }, { status }]) => status !== 'not-attempted' && IN_AWS.test(resource),
  );
}

/**
 * The plan that was shown stays the record's plan; what the second pass adds to it is shown too. Control planes that are not
 * ready even now have had their time. Gives what went wrong before a change could be tried.
 */
async function secondPass(
  first: Plan,
  equipment: Equipment,
  writers: Writers,
  record: RunRecord,
): Promise<Failure | undefined> {
  try {
    const { world, plan } = await lookAndPlan(equipment, record, planTowards);
    const changes = ownChanges(plan).filter((change) => change.resource !== 'control-plane');
    record.plan = { ...first, changes: [...first.changes, ...changes] };
    refuseBlocked(plan, 'What was planned before has been carried out.');
    await execute({ world, plan: { ...plan, changes } }, applyOrder, equipment, writers, record);
    return undefined;
  } catch (error) {
    return asFailure(error, 'serve the control planes that have become ready');
  }
}

/** The failure is what counts; what can still be seen is for the report, and not to see it is only said. */
async function failAfter(
  look: () => Promise<unknown>,
  failure: Failure,
  { read }: Equipment,
): Promise<never> {
  // The runner kills a cancelled step within seconds: by then the report must be out.
  if (failure.reason === 'cancelled') throw failure;
  try {
    await look();
  } catch (error) {
    read.log.warning(`could not look again: ${asFailure(error, 'look at the world').message}`);
  }
  throw failure;
}

/** The world after the last write; `settle`: once rollouts and stores stand still. */
async function lookAfter(
  before: World,
  { config, place, read }: Equipment,
  record: RunRecord,
  settle: boolean,
): Promise<World> {
  // Nothing was carried out: what was seen a moment ago is what there is.
  let world = record.outcomes.size === 0 ? before : await observe(read, config.intent, place);
  if (settle && (await waitUntilSettled(read, config.intent, world)))
    world = await observe(read, config.intent, place);
  if (settle && record.restarted.length > 0) world = await waitUntilStoresClear(read, config.intent, world);
  record.after = world;
  return world;
}

async function judge(
  { config, read }: Equipment,
  world: World,
  record: RunRecord,
): Promise<readonly Check[]> {
  const evidence = await gather(read, { intent: config.intent, proof: config.proof }, world, record);
  const checks = verify(config.intent, world, evidence);
  record.checks = checks;
  return checks;
}

function firstFailed(outcomes: Outcomes): Failure | undefined {
  const all = [...outcomes];
  const failures = all.flatMap(([, { failure }]) => (failure === undefined ? [] : [failure]));
  const [first] = failures;
  if (first === undefined) return undefined;
  const more = all.filter(([, { status }]) => status === 'failed').length - 1;
  const left = all.flatMap(([change, { status }]) => (status === 'not-attempted' ? [change] : []));
  const { tried, said, next, cause } = first.details;
  const others = more > 0 ? `; ${more} more failed` : '';
  const open = left.length > 0 ? `; not attempted: ${nameSome(left)}` : '';
  return new Failure(first.reason, { tried, said: `${said}${others}${open}`, next, cause });
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
