/** Rollouts that nobody here began: of controllers that have just come up, or that Spaces itself has changed. */
import type { Intent } from '../model/config.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { isRollingOut } from '../space/pods.ts';
import { targets } from '../space/targets.ts';
import { waitUntil } from '../wait/wait-until.ts';

/**
 * Waits, within the bound of every wait, until the served controllers stand still; what does not is left to the verification.
 * Tells whether there was anything to wait for.
 */
export async function waitUntilSettled(read: Readers, intent: Intent, world: World): Promise<boolean> {
  const served = new Set(targets(world).map((target) => target.namespace));
  const rolling = ({ deployments }: World['workloads']): ReadonlySet<string> =>
    new Set(
      deployments.filter((one) => served.has(one.namespace) && isRollingOut(one)).map((one) => one.namespace),
    );
  if (rolling(world.workloads).size === 0) return false;
  await waitUntil(read, {
    what: 'rollouts under way',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => rolling(await read.kubernetes.workloads(intent.serviceAccount)),
  });
  return true;
}
