/** What Spaces says of secret stores follows a restart by seconds, and a change in AWS alone by minutes. */
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Readers } from '../model/ports.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { observeStores } from '../observe/again.ts';
import { canNeverWork, storeStatus } from '../verify/stores.ts';
import { waitUntil } from './wait-until.ts';

/** Stores are validated when the controller starts: what the start does not clear is not waited for. */
const AFTER_RESTART_MS = 120_000;

/**
 * Without a restart a store that fails is tried again after pauses that double, the longest of them 1,000 s (the rate limiter
 * of controller-runtime; source: external-secrets, `pkg/controllers/secretstore/common.go`).
 */
const LONGEST_PAUSE_MS = 1_000_000;

/** What this run has done for the stores. */
export interface DoneForStores extends Pick<RunRecord, 'restarted'> {
  /** Namespaces whose stores may have failed for what this run has changed in AWS. */
  readonly mended: ReadonlySet<string>;
}

/** The world with the stores as they are once nothing of them is open any more that this run may have mended, or when their time is up. */
export async function waitForStores(
  read: Readers,
  desired: Desired,
  world: World,
  { restarted, mended }: DoneForStores,
): Promise<World> {
  const begun = read.clock.now();
  // A store that can't work with this identity is not waited for.
  const hopeful = new Set(
    world.placed.filter((host) => !canNeverWork(host, desired, world)).map(({ namespace }) => namespace),
  );
  const isWaitedFor = ({ namespace }: Host): boolean => {
    if (!hopeful.has(namespace)) return false;
    const waitedMs = read.clock.now() - begun;
    if (restarted.has(namespace)) return waitedMs <= AFTER_RESTART_MS;
    return mended.has(namespace) && waitedMs <= LONGEST_PAUSE_MS;
  };
  const open = ({ placed }: World): ReadonlySet<string> =>
    new Set(placed.filter((host) => isWaitedFor(host) && isOpen(host)).map(({ namespace }) => namespace));
  const first = open(world);
  if (first.size === 0) return world;
  sayHowLong(read, first, restarted);
  let now = world;
  await waitUntil(read, {
    what: 'Spaces to say that the secret stores work',
    timeoutMs: Math.min(desired.intent.waitSeconds * 1000, LONGEST_PAUSE_MS),
    look: async () => {
      now = await observeStores(read, desired.intent, now);
      return open(now);
    },
  });
  return now;
}

function sayHowLong(
  { log }: Pick<Readers, 'log'>,
  open: ReadonlySet<string>,
  restarted: ReadonlySet<string>,
): void {
  if ([...open].every((namespace) => restarted.has(namespace))) return;
  log.info(
    'Stores fail, perhaps for what this run has mended: External Secrets looks again after pauses that double, up to 17 minutes. ' +
      'Restarting the deployment `external-secrets` makes it look at once',
  );
}

function isOpen(host: Host): boolean {
  const { status } = storeStatus(host);
  return status === 'fail' || status === 'unknown';
}
