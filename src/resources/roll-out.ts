/** Restart, wait, look at the new pods, and restart those once more that the webhook has missed: a bounded loop. */
import type { RestartSpec } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { ControllerDeployment, Workloads } from '../model/world.ts';
import { identityProblem, livePods, rolloutState } from '../space/pods.ts';
import type { Workshop } from './resource.ts';
import { waitUntil } from '../wait/wait-until.ts';

/**
 * EKS's webhook sees a new association or annotation only some seconds later, and then lets pods through without an identity.
 * Five to ten seconds are usually enough (reports on the Pod Identity agent and webhook).
 */
const SETTLE_MS = 10_000;
const ROUNDS = 3;

/** What went wrong, by namespace; empty when every new pod carries what it should. */
export async function rollOut(
  targets: readonly RestartSpec[],
  workshop: Workshop,
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  const { read, write, intent } = workshop;
  let before = workshop.world.workloads;
  let left = targets;
  for (let round = 1; left.length > 0; round += 1) {
    await settle(workshop, round);
    const said = await write.kubernetes.restart(left);
    const stuck = await waitForRollouts(left, workshop);
    const now = await read.kubernetes.workloads(intent.serviceAccount);
    const open: RestartSpec[] = [];
    for (const target of left) {
      const refused = untouched(target, before, now);
      if (refused === undefined) workshop.restarted.add(target.namespace);
      const failure = stuck.get(target.namespace) ?? refused;
      const problem = missedBy(target, now);
      if (failure !== undefined) failures.set(target.namespace, withWords(failure, said));
      if (failure !== undefined || problem === undefined) continue;
      if (round === ROUNDS) failures.set(target.namespace, missed(target, problem));
      else open.push(target);
    }
    if (open.length > 0) {
      const progress = `round ${round} of ${ROUNDS}`;
      read.log.info(
        `${open.length} controllers came up without the identity (${progress}): restarting them again`,
      );
    }
    [before, left] = [now, open];
  }
  return failures;
}

/** At first only what is left of the settling time since the last identity change; later rounds wait it out in full. */
async function settle({ read, identityChangedAt }: Workshop, round: number): Promise<void> {
  const since =
    round > 1 || identityChangedAt === undefined ? undefined : read.clock.now() - identityChangedAt;
  const pause =
    round > 1 ? SETTLE_MS * (round - 1) : since === undefined ? 0 : Math.max(SETTLE_MS - since, 0);
  if (pause === 0) return;
  read.log.info(`giving EKS ${Math.round(pause / 1000)} s to bring the change into force before the restart`);
  await read.clock.sleep(pause);
}

async function waitForRollouts(
  targets: readonly RestartSpec[],
  { read, intent }: Workshop,
): Promise<ReadonlyMap<string, Failure>> {
  const stuck = new Map<string, Failure>();
  const open = await waitUntil(read, {
    what: 'the rollouts',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const workloads = await read.kubernetes.workloads(intent.serviceAccount);
      for (const target of targets)
        if (stateOf(target, workloads) === 'stuck') stuck.set(target.namespace, isStuck(target));
      return new Set(
        targets
          .filter((target) => stateOf(target, workloads) !== 'complete' && !stuck.has(target.namespace))
          .map((target) => target.namespace),
      );
    },
  });
  for (const target of targets) {
    if (open.has(target.namespace)) stuck.set(target.namespace, tooSlow(target, intent.waitSeconds));
  }
  return stuck;
}

function stateOf(target: RestartSpec, workloads: Workloads): 'complete' | 'progressing' | 'stuck' {
  const deployment = deploymentOf(target, workloads);
  return deployment === undefined ? 'progressing' : rolloutState(deployment);
}

function deploymentOf(target: RestartSpec, workloads: Workloads): ControllerDeployment | undefined {
  return workloads.deployments.find(
    (one) => one.namespace === target.namespace && one.name === target.deployment,
  );
}

/** A restart changes the Deployment's template, and with it its generation; where it did not, kubectl has said why. */
function untouched(target: RestartSpec, before: Workloads, now: Workloads): Failure | undefined {
  const [was, is] = [deploymentOf(target, before), deploymentOf(target, now)];
  if (was === undefined || is === undefined || is.generation > was.generation) return undefined;
  return new Failure('rollout-failed', {
    tried: `restart ${target.namespace}/${target.deployment}`,
    said: 'the Deployment was not changed',
    next: look(target),
  });
}

function missedBy(target: RestartSpec, workloads: Workloads): string | undefined {
  return livePods(workloads, target.namespace)
    .map((pod) => identityProblem(pod, target.expect))
    .find((problem) => problem !== undefined);
}

const look = (target: RestartSpec): string =>
  `Look at it with \`kubectl -n ${target.namespace} describe deployment ${target.deployment}\` and at its pods’ events.`;

function isStuck(target: RestartSpec): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${target.namespace}/${target.deployment}`,
    said: 'the Deployment exceeded its progress deadline',
    next: look(target),
  });
}

function tooSlow(target: RestartSpec, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for the rollout of ${target.namespace}/${target.deployment}`,
    said: `it was not complete after ${seconds} s`,
    next: `${look(target)} A longer \`wait-timeout\` may do.`,
  });
}

function missed(target: RestartSpec, problem: string): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${target.namespace}/${target.deployment} ${ROUNDS} times`,
    said: problem,
    next: 'EKS’s pod identity webhook did not inject. Check that the cluster’s webhook is healthy, and that the service account’s annotation or association is in force; then run again.',
  });
}

function withWords(failure: Failure, said: string): Failure {
  if (said === '') return failure;
  const { tried, next, said: first } = failure.details;
  return new Failure(failure.reason, { tried, said: `${first}; kubectl said: ${said}`, next });
}
