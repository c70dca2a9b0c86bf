/** Rollouts that nobody here began: of controllers that have just come up, or that Spaces itself has changed. */
import type { Intent } from '../model/config.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { isRollingOut } from '../space/pods.ts';
import { targets } from '../space/targets.ts';
import { waitUntil } from './wait.ts';

/** Waits, within the bound of every wait, until the served controllers stand still; what does not is left to the verification. */
export async function waitUntilSettled(read: Readers, intent: Intent, world: World): Promise<void> {
  const served = new Set(targets(world).map((target) => target.namespace));
  await waitUntil(read, {
    what: 'rollouts under way',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const { deployments } = await read.kubernetes.workloads(intent.serviceAccount);
      const rolling = deployments.filter((one) => served.has(one.namespace) && isRollingOut(one));
      return new Set(rolling.map((one) => one.namespace));
    },
  });
}
