/** What new pods would carry if they were made now, once what this run has written has reached EKS's webhook. */
import type { Forecast } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import { whyNotReady } from '../space/hosts.ts';
import { samplePod } from '../space/pods.ts';
import { retryAfterPauses } from '../wait/retry-after-pauses.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import type { EvidenceContext } from './context.ts';

/**
 * EKS's webhook is registered with `failurePolicy: Ignore`: when it does not answer in time, a pod passes without an identity. Once
 * is no proof that the next one would, so that those are tried a second time, after so many milliseconds.
 */
const SECOND_LOOK_MS = 1_000;

/**
 * By host namespace, of those where the job may try. What this run has written may be on its way: then those that should get the
 * role by now are tried until they do, or their time is up. Throws when the API server is out of reach.
 */
export async function forecastInjection(context: EvidenceContext): Promise<ReadonlyMap<string, Forecast>> {
  const { read, world, writtenSince } = context;
  const hosts = world.placed.filter((host) => whyNotReady(host) === undefined);
  if (hosts.length === 0) return new Map();
  const found = new Map(await context.triedAhead);
  let left = hosts.filter(({ namespace }) => !found.has(namespace));
  let again = false;
  const look = async (): Promise<void> => {
    if (again) read.log.info('new pods would not get the identity yet: they are tried again');
    again = true;
    for (const [namespace, forecast] of await tryPods(context, left)) found.set(namespace, forecast);
    left = hosts.filter((host) => mayComeYet(context, host, found.get(host.namespace)));
  };
  const { clock } = read;
  if (writtenSince !== undefined)
    await untilPropagated({ clock, wroteToAwsAt: writtenSince }, look, () => left.length === 0);
  else
    await retryAfterPauses({
      clock,
      pausesMs: [SECOND_LOOK_MS],
      attempt: look,
      mayRetry: () => left.length > 0,
      beforePause: () => undefined,
    });
  if (found.size === 0)
    read.log.info('no injection-forecast: the job may not create pods, not even in a dry run');
  return found;
}

export type ForecastContext = Pick<EvidenceContext, 'read' | 'desired'>;

/** A forecast that is begun while AWS is still being asked, which takes long where EKS's limit holds up a thousand calls. */
export interface ForecastAhead {
  /** Takes the placed hosts as the cluster has them. */
  readonly begin: (placed: readonly Host[]) => void;
  /** What was found, for `triedAhead`. That it failed is not told: the question is asked again, and says why. */
  readonly found: () => Promise<ReadonlyMap<string, Forecast>>;
}

/** Nothing is tried before `begin`; without it `found` gives nothing. */
export function forecastAhead(context: ForecastContext): ForecastAhead {
  let tried: Promise<ReadonlyMap<string, Forecast>> = Promise.resolve(new Map());
  return {
    begin: (placed) => {
      tried = tryPods(
        context,
        placed.filter((host) => whyNotReady(host) === undefined),
      ).catch(() => new Map());
    },
    found: async () => await tried,
  };
}

async function tryPods({ read, desired }: ForecastContext, hosts: readonly Host[]) {
  const { serviceAccount } = desired.intent;
  return await read.kubernetes.forecast(
    hosts.map(({ namespace, deployments }) => samplePod(namespace, serviceAccount, deployments[0])),
  );
}

function mayComeYet(
  { desired, world }: EvidenceContext,
  host: Host,
  forecast: Forecast | undefined,
): boolean {
  if (forecast?.kind !== 'pod') return false;
  const { mechanism } = desired;
  const { roleArn } = world.target;
  return mechanism.givesRole(host, roleArn) && mechanism.podProblem(forecast.pod, roleArn) !== undefined;
}
