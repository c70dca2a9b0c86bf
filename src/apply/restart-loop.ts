/** Restart, wait, look at the new pods, and restart those once more that the webhook has missed: a bounded loop. */
import { countOf } from '../model/count.ts';
import type { Failure } from '../model/failure.ts';
import type { ControllerDeployment, ControllerPod, Workloads } from '../model/host.ts';
import type { Clock } from '../model/ports.ts';
import type { Restart } from '../model/write.ts';
import { isLive, isOf, rolloutState, whatTheyWaitFor } from '../space/pods.ts';
import { watchRefusals } from '../wait/refused-pods.ts';
import { repeat } from '../wait/repeat.ts';
import { waitUntil } from '../wait/wait-until.ts';
import { type PodWatch, watchWaitingPods } from '../wait/waiting-pods.ts';
import type { ApplyContext } from './context.ts';
import {
  deleted,
  missedByWebhook,
  podsRefused,
  progressDeadlineExceeded,
  tooSlow,
  unchanged,
  withWords,
} from './restart-failures.ts';
import { restartWhenKnown, WEBHOOK_MS } from './when-known.ts';

const ROUNDS = 3;

/** What went wrong, by restart; those that are missing came up with what they should carry. */
type Failures = Map<Restart, Failure>;

/** Restarts all of them, again where the webhook missed a pod, and gives what went wrong. */
export async function restartAll(
  restarts: readonly Restart[],
  context: ApplyContext,
): Promise<ReadonlyMap<Restart, Failure>> {
  const { clock, log } = context.read;
  const failures: Failures = new Map();
  const warn = watchWaitingPods(log);
  let open = restarts;
  await repeat({
    clock,
    // Each further round gives the webhook more time.
    pauses: (round) => WEBHOOK_MS * round,
    attempt: async (round) => {
      open = await restartRound(open, round, { failures, warn }, context);
      if (open.length === 0 || round === ROUNDS) return { answer: undefined };
      const progress = `round ${round} of ${ROUNDS}`;
      log.info(
        `${countOf(open.length, 'controller')} came up without the identity (${progress}): restarting again`,
      );
      return { answer: undefined, retryUntil: Number.POSITIVE_INFINITY };
    },
    beforePause: (pauseMs) => {
      const seconds = Math.round(pauseMs / 1000);
      log.info(`giving EKS ${seconds} s to bring the change into force before the restart`);
    },
  });
  return failures;
}

/** One restart of each. Gives those whose new pods were missed and may be restarted again. */
async function restartRound(
  restarts: readonly Restart[],
  round: number,
  { failures, warn }: { readonly failures: Failures; readonly warn: PodWatch },
  context: ApplyContext,
): Promise<readonly Restart[]> {
  const { read, intent, progress } = context;
  const before = await read.kubernetes.workloads(intent.serviceAccount);
  const { said, left } = await restartWhenKnown(restarts, before.deployments, context);
  for (const [restart, failure] of left) failures.set(restart, failure);
  const begun = restarts.filter((restart) => !left.has(restart));
  const old = new Set(before.pods.map(({ uid }) => uid));
  const warnOfNew: PodWatch = (pods) => warn(pods.filter(({ uid }) => !old.has(uid)));
  const stuck = await waitForRollouts(begun, warnOfNew, context);
  const now = await read.kubernetes.workloads(intent.serviceAccount);
  const missed: Restart[] = [];
  for (const restart of begun) {
    const wasRestarted = hasNewTemplate(restart, before, now);
    if (wasRestarted) progress.restarted.add(restart.namespace);
    const failure = stuck.get(restart) ?? (wasRestarted ? undefined : unchanged(restart));
    const problem = problemOf(restart, now, context);
    if (failure !== undefined) failures.set(restart, withWords(failure, said));
    else if (problem !== undefined && round === ROUNDS)
      failures.set(restart, missedByWebhook(restart, problem, ROUNDS));
    else if (problem !== undefined) missed.push(restart);
  }
  return missed;
}

async function waitForRollouts(
  restarts: readonly Restart[],
  warn: PodWatch,
  { read, intent }: ApplyContext,
): Promise<Failures> {
  const stuck: Failures = new Map();
  const refused = watchRefusals(read.clock);
  const isGone = watchAbsence(read.clock);
  let open = restarts;
  let pods: readonly ControllerPod[] = [];
  await waitUntil(read, {
    what: 'the rollouts',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const workloads = await read.kubernetes.workloads(intent.serviceAccount);
      pods = workloads.pods;
      warn(pods.filter(({ namespace }) => open.some((restart) => restart.namespace === namespace)));
      for (const restart of open) {
        const deployment = deploymentOf(restart, workloads);
        const refusal = deployment && refused(deployment);
        if (isGone(restart, deployment === undefined)) stuck.set(restart, deleted(restart));
        else if (refusal !== undefined) stuck.set(restart, podsRefused(restart, refusal));
        else if (stateOf(deployment) === 'stuck')
          stuck.set(restart, progressDeadlineExceeded(restart, waitedFor(restart, pods)));
      }
      open = restarts.filter(
        (restart) => stateOf(deploymentOf(restart, workloads)) !== 'complete' && !stuck.has(restart),
      );
      return new Set(open.map(({ namespace }) => namespace));
    },
  });
  for (const restart of open)
    stuck.set(restart, tooSlow(restart, intent.waitSeconds, waitedFor(restart, pods)));
  return stuck;
}

/** Spaces may install a controller anew; one that stays away was deleted, with its control plane as a rule. */
const ABSENT_MS = 30_000;

/** Tells of a restart whether its Deployment has been missing for so long. Asked at each look. */
function watchAbsence(clock: Clock): (restart: Restart, isAbsent: boolean) => boolean {
  const since = new Map<Restart, number>();
  return (restart, isAbsent) => {
    if (!isAbsent) {
      since.delete(restart);
      return false;
    }
    const begun = since.get(restart) ?? clock.now();
    since.set(restart, begun);
    return clock.now() - begun >= ABSENT_MS;
  };
}

function waitedFor({ namespace }: Restart, pods: readonly ControllerPod[]): string {
  return whatTheyWaitFor(pods.filter((pod) => pod.namespace === namespace));
}

function stateOf(deployment: ControllerDeployment | undefined): ReturnType<typeof rolloutState> {
  return deployment === undefined ? 'progressing' : rolloutState(deployment);
}

function deploymentOf(restart: Restart, { deployments }: Workloads): ControllerDeployment | undefined {
  return deployments.find(
    ({ namespace, name }) => namespace === restart.namespace && name === restart.deployment,
  );
}

/** A restart changes the Deployment's template, and with it its generation; where it did not, kubectl has said why. */
function hasNewTemplate(restart: Restart, before: Workloads, now: Workloads): boolean {
  const [old, current] = [deploymentOf(restart, before), deploymentOf(restart, now)];
  if (current === undefined) return false;
  return old === undefined || current.generation > old.generation;
}

/** Of the pods that it made: others under the same service account are not its own. */
function problemOf(
  { namespace, deployment, expect }: Restart,
  { pods }: Workloads,
  { podProblem }: ApplyContext,
): string | undefined {
  const isNew = (pod: ControllerPod): boolean =>
    pod.namespace === namespace && isOf({ name: deployment }, pod) && isLive(pod);
  return pods
    .filter(isNew)
    .map((pod) => podProblem(pod, expect))
    .find((problem) => problem !== undefined);
}
