/** After a restart External Secrets looks at its stores anew; what Spaces says of them follows some seconds later. */
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { observeStores } from '../observe/world.ts';
import { canNeverWork, storeStatus } from '../verify/stores.ts';
import { waitUntil } from './wait-until.ts';

/** Stores are validated when the controller starts, and every five minutes: what the start does not clear is not waited for. */
const CLEARING_MS = 120_000;

/** The world with the stores as they are once nothing of them is open any more, or when their time is up. */
export async function waitForStores(read: Readers, desired: Desired, world: World): Promise<World> {
  // A store that can't work with this identity is not waited for.
  const hopeless = new Set(
    world.placed.filter((host) => canNeverWork(host, desired, world)).map(({ namespace }) => namespace),
  );
  const open = ({ placed }: World): ReadonlySet<string> =>
    new Set(
      placed
        .filter((host) => !hopeless.has(host.namespace) && isOpen(host))
        .map(({ namespace }) => namespace),
    );
  let now = world;
  if (open(now).size === 0) return now;
  await waitUntil(read, {
    what: 'Spaces to say that the secret stores work',
    timeoutMs: Math.min(desired.intent.waitSeconds * 1000, CLEARING_MS),
    look: async () => {
      now = await observeStores(read, desired.intent, now);
      return open(now);
    },
  });
  return now;
}

function isOpen(host: Host): boolean {
  const { status } = storeStatus(host);
  return status === 'fail' || status === 'unknown';
}
