/** After a restart External Secrets looks at its stores anew; what Spaces says of them follows some seconds later. */
import type { Intent } from '../model/config.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { spaceQuery } from '../resources/control-plane.ts';
import { waitUntil } from '../wait/wait-until.ts';
import { mapStores } from '../space/stores.ts';
import { type Target, targets } from '../space/targets.ts';
import { hopelessStores, storeStatus } from '../verify/stores.ts';

/** Stores are validated when the controller starts, and every five minutes: what the start does not clear is not waited for. */
const CLEARING_MS = 120_000;

/** The world with the stores as they are once nothing of them is open any more, or when their time is up. */
export async function waitUntilStoresClear(read: Readers, intent: Intent, world: World): Promise<World> {
  // A store that can't work with this identity is not waited for.
  const waitable = targets(world).filter((target) => !hopelessStores(target, intent, world));
  let now = world;
  if (openOnes(waitable, now).size === 0) return now;
  await waitUntil(read, {
    what: 'Spaces to say that the secret stores work',
    timeoutMs: Math.min(intent.waitSeconds * 1000, CLEARING_MS),
    look: async () => {
      now = { ...now, stores: mapStores(await read.kubernetes.space(spaceQuery(intent))) };
      return openOnes(waitable, now);
    },
  });
  return now;
}

function openOnes(waitable: readonly Target[], world: World): ReadonlySet<string> {
  const open = waitable.filter((target) => {
    const { status } = storeStatus(target, world);
    return status === 'fail' || status === 'unknown';
  });
  return new Set(open.map((target) => target.namespace));
}
