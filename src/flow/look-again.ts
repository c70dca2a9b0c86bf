/** What is looked at after the last write: the world once it stands still, and whether the identity works in it. */
import { gatherEvidence } from '../evidence/gather.ts';
import type { Check } from '../model/check.ts';
import type { Forecast } from '../model/evidence.ts';
import { asFailure, type Failure } from '../model/failure.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { observe } from '../observe/world.ts';
import { lateAssociations } from '../plan/late.ts';
import { onlyPlanned } from '../plan/second-pass.ts';
import { isBy } from '../resources/change-maker.ts';
import { verify } from '../verify/verify.ts';
import { waitForAgent } from '../wait/agent.ts';
import { waitForAnnotations } from '../wait/annotations.ts';
import { waitForRollouts } from '../wait/rollouts.ts';
import { waitForStores } from '../wait/stores.ts';
import type { RunDependencies } from './dependencies.ts';
import { hasMade, mendedInAws } from './mended.ts';
import { observeOwnWrites } from './own-writes.ts';

/**
 * The checks of a world, with the evidence that they need; both go into the record. Throws a Failure when Kubernetes or IAM
 * can't be asked.
 */
export async function verifyWorld(
  { config, desired, read }: RunDependencies,
  seen: World,
  record: RunRecord,
  triedAhead?: Promise<ReadonlyMap<string, Forecast>>,
): Promise<readonly Check[]> {
  const { proof } = config;
  // What is half done is judged at once.
  const { restarted } = record;
  const done = { restarted, mended: mendedInAws(record, desired) };
  const world = isWhole(record) ? await waitForStores(read, desired, seen, done) : seen;
  if (world !== seen) record.after = world;
  const { wroteToAwsAt } = record;
  const roleWrittenAt = whenRoleWritten(record);
  const writtenSince = wroteAll(record) ? read.clock.now() : undefined;
  const context = { read, desired, proof, world, wroteToAwsAt, roleWrittenAt, writtenSince, triedAhead };
  const { world: settled, evidence } = await gatherEvidence(context);
  const checks = verify(desired, settled, evidence);
  record.checks = checks;
  return checks;
}

const writesRole = isBy([
  'create-role',
  'put-permissions-boundary',
  'put-trust-policy',
  'narrow-trust-policy',
  'put-inline-policy',
  'narrow-inline-policy',
]);

/** Undefined when this run has not written the role, or not all of it: what is missing then won't come by waiting. */
function whenRoleWritten(record: RunRecord): number | undefined {
  return isWhole(record) && hasMade(record, writesRole) ? record.wroteToAwsAt : undefined;
}

function isWhole({ outcomes }: Pick<RunRecord, 'outcomes'>): boolean {
  return [...outcomes.values()].every(({ status }) => status === 'done');
}

/** EKS's webhook may not know yet what such a run has written. */
function wroteAll(record: RunRecord): boolean {
  return isWhole(record) && [...record.outcomes.values()].some(({ wrote }) => wrote);
}

interface AfterWrites {
  readonly before: World;
  readonly failure: Failure | undefined;
  /** What to warn of hosts that are new in the second of two worlds. */
  readonly ofNew: (now: World, before: World) => readonly string[];
}

/**
 * Looks at the world again, and judges it. After a failure that failure is what counts: what can still be seen is for the
 * report, and not to see it is only said.
 */
export async function lookAgain(
  run: RunDependencies,
  record: RunRecord,
  { before, failure, ofNew }: AfterWrites,
  judge: (world: World) => Promise<void> | void,
): Promise<void> {
  const look = async (settle: boolean) => await worldAfter({ before, ofNew, settle }, run, record);
  if (failure === undefined) return await judge(await look(true));
  // The runner kills a cancelled step within seconds: by then the report must be out.
  if (failure.reason === 'cancelled') throw failure;
  try {
    await judge(await look(false));
  } catch (error) {
    run.read.log.warning(`could not look again: ${asFailure(error, 'look at the world').message}`);
  }
  throw failure;
}

const makesAgent = isBy(['create-add-on']);
const setsValue = isBy(['set-value', 'upgrade-anew']);

/** `settle`: once rollouts and an agent that this run has made stand still. */
async function worldAfter(
  { before, ofNew, settle }: Pick<AfterWrites, 'before' | 'ofNew'> & { readonly settle: boolean },
  { desired, place, read }: RunDependencies,
  record: RunRecord,
): Promise<World> {
  const { intent } = desired;
  const run = { desired, place, read };
  // Only associations are waited for here: gathering evidence waits for the role, with a cheaper read. A half-done run is judged at once.
  const isLate = (world: World): boolean => isWhole(record) && lateAssociations(world, record).size > 0;
  const look = async (): Promise<World> =>
    settle ? await observeOwnWrites(run, record, isLate) : await observe(read, intent, place);
  // When no change was carried out, the world is as it was read a moment ago.
  let now = record.outcomes.size === 0 ? before : await look();
  if (settle && (await waitForRollouts(read, intent, onlyPlanned(now, before)))) now = await look();
  const annotation = desired.mechanism.annotation(place.target.roleArn);
  const isAnnotated = settle && annotation !== null && hasMade(record, setsValue);
  if (isAnnotated && (await waitForAnnotations(read, intent, onlyPlanned(now, before), annotation)))
    now = await look();
  for (const warning of ofNew(now, before)) read.log.warning(warning);
  let world = onlyPlanned(now, before);
  // An agent that this run has not made won't come by waiting.
  if (settle && hasMade(record, makesAgent)) world = await waitForAgent(read, desired, world);
  record.after = world;
  return world;
}
