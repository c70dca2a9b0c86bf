/** The flow of the four modes: observe → plan → gate → apply → observe → verify. Below this file nothing knows the mode. */
import { applyOrderWith, removalOrder } from './apply/stages.ts';
import { forecastAhead } from './evidence/forecast.ts';
import type { RunDependencies } from './flow/dependencies.ts';
import { lookAgain, verifyWorld } from './flow/look-again.ts';
import { execute, prepareUpgrade, observeAndPlan, passGate, serveAwaited } from './flow/steps.ts';
import type { Plan } from './model/change.ts';
import type { Check } from './model/check.ts';
import type { RunRecord, Verdict } from './model/record.ts';
import { hostsBesideAgent } from './plan/beside-agent.ts';
import { leftOut, refuseBlocked, throwIfUnlisted } from './plan/gate.ts';
import { differenceCount, ownChanges, notLookedAt } from './plan/entries.ts';
import { driftFailure, firstFailure, unseenFailure } from './plan/failures.ts';
import { planRemoval, planTowards } from './plan/plan.ts';
import { notCleared, notServed } from './plan/second-pass.ts';
import { notVerified } from './verify/verify.ts';

/** One run. What it comes to know goes into the record as it is known; throws the Failure that the job should fail with. */
export async function reconcile(run: RunDependencies, record: RunRecord): Promise<void> {
  switch (run.config.mode) {
    case 'plan':
      return await planMode(run, record);
    case 'check':
      return await checkMode(run, record);
    case 'apply':
      return await applyMode(run, record);
    case 'destroy':
      return await destroyMode(run, record);
  }
}

async function planMode(run: RunDependencies, record: RunRecord): Promise<void> {
  const { plan } = await observeAndPlan(run, record, planTowards);
  if (plan.doubts.length > 0) record.verdict = 'unknown';
  else record.verdict = ownChanges(plan).length === 0 ? 'in-sync' : 'changes';
  refuseBlocked(plan);
}

async function checkMode(run: RunDependencies, record: RunRecord): Promise<void> {
  const ahead = forecastAhead(run);
  const look = { leftBehind: true, patient: true, onCluster: ahead.begin } as const;
  const { world, plan } = await observeAndPlan(run, record, planTowards, look);
  // What was seen is no ground to judge on.
  if (plan.doubts.length > 0) {
    record.verdict = 'unknown';
    return throwIfUnlisted(plan);
  }
  const checks = await verifyWorld(run, world, record, ahead.found());
  record.verdict = checkVerdict(plan, checks);
  const unseen = unseenFailure(plan);
  const failure = driftFailure(plan) ?? unseen ?? notVerified(checks);
  if (failure === undefined) return;
  // Drift may be left to others; to have looked may not.
  if (run.config.reporting.failOnDrift || failure === unseen) throw failure;
  run.read.log.warning(failure.message);
  if (unseen !== undefined) throw unseen;
}

/** `in-sync` only when everything was looked at and holds. */
function checkVerdict(plan: Plan, checks: readonly Check[]): Verdict {
  if (differenceCount(plan) > 0 || checks.some(({ status }) => status === 'fail')) return 'drifted';
  const isUnknown = notLookedAt(plan).length > 0 || checks.some(({ status }) => status === 'unknown');
  return isUnknown ? 'unknown' : 'in-sync';
}

async function applyMode(run: RunDependencies, record: RunRecord): Promise<void> {
  const observed = await observeAndPlan(run, record, planTowards);
  await passGate(observed.plan, run);
  const writers = run.makeWriters();
  await prepareUpgrade(observed, run, writers);
  const order = applyOrderWith(hostsBesideAgent(observed.plan, observed.world));
  await execute(observed.plan, order, run, writers, record);
  const refused = await serveAwaited(observed, run, writers, record);
  const failure = firstFailure(record) ?? refused ?? leftOut(observed.plan, record.outcomes);
  await lookAgain(run, record, { before: observed.world, failure, ofNew: notServed }, async (after) => {
    const checks = await verifyWorld(run, after, record);
    if (failure !== undefined) return;
    record.verdict = 'applied';
    const unverified = notVerified(checks);
    if (unverified !== undefined) throw unverified;
    run.read.log.info('applied and verified');
  });
}

async function destroyMode(run: RunDependencies, record: RunRecord): Promise<void> {
  const observed = await observeAndPlan(run, record, planRemoval, {
    annotatedAccounts: true,
    leftBehind: true,
  });
  const { world, plan } = observed;
  await passGate(plan, run);
  const writers = run.makeWriters();
  await prepareUpgrade(observed, run, writers);
  await execute(plan, removalOrder, run, writers, record);
  const look = { before: world, failure: firstFailure(record), ofNew: notCleared };
  await lookAgain(run, record, look, () => undefined);
  record.verdict = 'destroyed';
}
