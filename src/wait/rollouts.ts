/** Rollouts that nobody here began: of controllers that have just come up, or that Spaces itself has changed. */
import type { Intent } from '../model/config.ts';
import type { Workloads } from '../model/host.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { isRollingOut, newestPods } from '../space/pods.ts';
import { watchRefusals } from './refused-pods.ts';
import { waitUntil } from './wait-until.ts';
import { watchWaitingPods } from './waiting-pods.ts';

/** How long, in milliseconds, a pod may take that comes up in another one's place: scheduled, image pulled, ready. */
export const REPLACEMENT_MS = 30_000;

/**
 * Waits, within the bound of every wait and no longer than `longestMs`, until the served controllers stand still; what does not is left
 * to the verification. Tells whether there was anything to wait for.
 */
export async function waitForRollouts(
  read: Readers,
  intent: Intent,
  world: World,
  longestMs = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const isRolling = world.placed.some(({ deployments }) => deployments.some(isRollingOut));
  if (!isRolling) return false;
  const served = new Set(world.placed.map(({ namespace }) => namespace));
  const refused = watchRefusals(read.clock);
  const warn = watchWaitingPods(read.log);
  const rolling = ({ deployments, pods }: Workloads): ReadonlySet<string> => {
    const open = new Set(
      deployments
        .filter((deployment) => served.has(deployment.namespace) && isRollingOut(deployment))
        .filter((deployment) => refused(deployment) === undefined)
        .map(({ namespace }) => namespace),
    );
    for (const namespace of open)
      warn(newestPods({ pods: pods.filter((pod) => pod.namespace === namespace) }));
    return open;
  };
  await waitUntil(read, {
    what: 'rollouts under way',
    timeoutMs: Math.min(intent.waitSeconds * 1000, longestMs),
    look: async () => rolling(await read.kubernetes.workloads(intent.serviceAccount)),
  });
  return true;
}
