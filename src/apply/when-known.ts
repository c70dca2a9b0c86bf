/** Restarts each controller once EKS's webhook gives new pods what they should carry: asked by dry runs, where the job may. */
import type { Forecast, PodSample } from '../model/evidence.ts';
import { countOf } from '../model/count.ts';
import { asFailure, type Failure } from '../model/failure.ts';
import type { ControllerDeployment } from '../model/host.ts';
import type { Log } from '../model/ports.ts';
import type { Restart } from '../model/write.ts';
import { samplePod } from '../space/pods.ts';
import { growing, repeat } from '../wait/repeat.ts';
import type { ApplyContext } from './context.ts';
import { notInForce } from './restart-failures.ts';

/**
 * EKS's webhook sees a new association or annotation only some seconds later, and then lets pods through without an identity.
 * Five to ten seconds are usually enough (reports on the Pod Identity agent and webhook).
 */
export const WEBHOOK_MS = 10_000;

/** What the webhook does not know after this time does not come by waiting. */
const LONGEST_MS = 60_000;

/** Pods in one question: so the first controllers need not wait for the last. */
const CHUNK = 100;

const PAUSES = growing(500, 5_000, 1.1);

/** `untold`: a dry run does not show it, or is not to be had. Else what a new pod would lack, in words. */
type Answer = { readonly kind: 'ready' | 'untold' } | { readonly kind: 'not-yet'; readonly problem: string };

export interface Restarted {
  /** What kubectl said went wrong, empty when nothing did. */
  readonly said: string;
  /** Those that were left alone: their new pods would have come without what they should carry. */
  readonly left: ReadonlyMap<Restart, Failure>;
}

/**
 * Pods are tried before every restart. Where this run has changed nothing, an earlier one that was cancelled may have, a moment
 * ago; and where its change is long ago, the webhook may not work at all. Where nothing can be asked, what is left of ten seconds
 * since this run's own change is waited for. `deployments`: as they are now.
 */
export async function restartWhenKnown(
  restarts: readonly Restart[],
  deployments: readonly ControllerDeployment[],
  context: ApplyContext,
): Promise<Restarted> {
  const { read, intent, progress } = context;
  const { clock } = read;
  const isOwnChange = progress.identityChangedAt !== undefined;
  const start = clock.now();
  // The time may be of EKS' clock.
  const changedAt = Math.min(progress.identityChangedAt ?? start, start);
  const answers = new Map<Restart, Answer>();
  const said = new Set<string>();
  let open = restarts;
  await repeat({
    clock,
    pauses: PAUSES,
    attempt: async () => {
      for (const chunk of chunksOf(open)) {
        const asked = chunk.filter((restart) => answers.get(restart)?.kind !== 'untold');
        for (const [restart, answer] of await ask(asked, deployments, context)) answers.set(restart, answer);
        const isOver = !isOwnChange || clock.now() >= changedAt + WEBHOOK_MS;
        const ready = chunk.filter((restart) => mayBegin(answers.get(restart), isOver));
        if (ready.length === 0) continue;
        said.add(await restartNow(ready, context));
        const begun = new Set(ready);
        open = open.filter((restart) => !begun.has(restart));
      }
      if (open.length === 0) return { answer: undefined };
      const isUntold = open.some((restart) => answers.get(restart)?.kind === 'untold');
      const told = lastTry({ changedAt, start, waitMs: intent.waitSeconds * 1000 });
      return { answer: undefined, retryUntil: isUntold ? changedAt + WEBHOOK_MS : told };
    },
    beforePause: sayOnce(context),
  });
  said.delete('');
  const seconds = Math.round((clock.now() - start) / 1000);
  const left = open.map((one) => [one, notInForce(one, problemIn(answers.get(one)), seconds)] as const);
  return { said: [...said].join('; '), left: new Map(left) };
}

async function restartNow(restarts: readonly Restart[], { write, progress }: ApplyContext): Promise<string> {
  for (const { namespace } of restarts) progress.begun.add(namespace);
  return await write.kubernetes.restart(restarts);
}

function sayOnce({ read }: ApplyContext): () => void {
  let isSaid = false;
  return () => {
    if (!isSaid) read.log.info('waiting until new pods would get the identity, before the restart');
    isSaid = true;
  };
}

function* chunksOf(restarts: readonly Restart[]): Generator<readonly Restart[]> {
  for (let from = 0; from < restarts.length; from += CHUNK) yield restarts.slice(from, from + CHUNK);
}

function mayBegin(answer: Answer | undefined, isOver: boolean): boolean {
  return answer?.kind === 'ready' || (answer?.kind === 'untold' && isOver);
}

interface Since {
  readonly changedAt: number;
  readonly start: number;
  readonly waitMs: number;
}

/** When pods are tried last. A webhook that was only out of reach for a moment gets its ten seconds, however long ago the change is. */
function lastTry({ changedAt, start, waitMs }: Since): number {
  return Math.max(changedAt + Math.min(LONGEST_MS, waitMs), start + Math.min(WEBHOOK_MS, waitMs));
}

function problemIn(answer: Answer | undefined): string {
  return answer?.kind === 'not-yet' ? answer.problem : '';
}

/** What a dry run tells of each. Whatever keeps it from being made, the restart does not depend on it. */
async function ask(
  restarts: readonly Restart[],
  deployments: readonly ControllerDeployment[],
  { read, podProblem, progress }: ApplyContext,
): Promise<ReadonlyMap<Restart, Answer>> {
  const told = restarts.filter(({ namespace }) => !progress.unseen.has(namespace));
  const forecasts = await forecastOf(told, deployments, read);
  return new Map(
    restarts.map((restart): [Restart, Answer] => {
      const forecast = forecasts.get(restart.namespace);
      if (forecast?.kind !== 'pod') return [restart, { kind: 'untold' }];
      const problem = podProblem(forecast.pod, restart.expect);
      return [restart, problem === undefined ? { kind: 'ready' } : { kind: 'not-yet', problem }];
    }),
  );
}

async function forecastOf(
  restarts: readonly Restart[],
  deployments: readonly ControllerDeployment[],
  { kubernetes, log }: ApplyContext['read'],
): Promise<ReadonlyMap<string, Forecast>> {
  const samples = restarts.map(({ namespace, deployment, serviceAccount }) =>
    samplePod(
      namespace,
      serviceAccount,
      deployments.find((one) => one.namespace === namespace && one.name === deployment),
    ),
  );
  try {
    const forecasts = await kubernetes.forecast(samples);
    sayUntried(samples, forecasts, log);
    return forecasts;
  } catch (error) {
    const failure = asFailure(error, 'try new pods in a dry run');
    if (failure.reason === 'cancelled') throw failure;
    log.info(failure.message);
    return new Map();
  }
}

/** Where pods could not be tried, the restart goes without: whoever reads the log is told why. */
function sayUntried(
  samples: readonly PodSample[],
  forecasts: ReadonlyMap<string, Forecast>,
  log: Pick<Log, 'info'>,
): void {
  const reasons = samples.flatMap(({ namespace }) => {
    const forecast = forecasts.get(namespace);
    if (forecast === undefined) return 'the job may not create pods there, not even in a dry run';
    return forecast.kind === 'refused' ? `the cluster refuses them: ${forecast.said}` : [];
  });
  for (const [why, { length }] of Map.groupBy(reasons, (reason) => reason))
    log.info(`new pods could not be tried in ${countOf(length, 'namespace')}: ${why}`);
}
