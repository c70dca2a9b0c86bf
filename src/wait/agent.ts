/** An add-on that EKS calls active has its pods on the nodes some seconds later. */
import { countOf } from '../model/count.ts';
import type { Desired } from '../model/desired.ts';
import type { Readers } from '../model/ports.ts';
import type { Agent, World } from '../model/world.ts';
import { observeAgent } from '../observe/again.ts';
import { waitUntil } from './wait-until.ts';

/** A DaemonSet pulls one small image on every node; a node that takes longer is left to the verification. */
const STARTING_MS = 120_000;

/** EKS makes the DaemonSet before it calls the add-on active; a moment later than that it does not come any more. */
const APPEARING_MS = 3_000;

/** The world with the agent as it is once it is ready on all its nodes, or when its time is up. */
export async function waitForAgent(read: Readers, { intent }: Desired, world: World): Promise<World> {
  let now = world;
  const start = read.clock.now();
  const open = ({ agent }: World): ReadonlySet<string> =>
    new Set(whatIsOpen(agent, read.clock.now() - start < APPEARING_MS));
  if (open(now).size === 0) return now;
  await waitUntil(read, {
    what: 'the agent to start on the nodes',
    timeoutMs: Math.min(intent.waitSeconds * 1000, STARTING_MS),
    look: async () => {
      now = await observeAgent(read, intent, now);
      return open(now);
    },
  });
  return now;
}

function whatIsOpen({ desired, ready = 0 }: Agent, mayAppear: boolean): readonly string[] {
  if (desired === undefined) return mayAppear ? ['no DaemonSet yet'] : [];
  return ready < desired ? [`ready on ${ready} of ${countOf(desired, 'node')}`] : [];
}
