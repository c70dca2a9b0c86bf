/** Whose association need not wait for the Pod Identity agent. */
import type { Plan } from '../model/change.ts';
import type { World } from '../model/world.ts';
import { isBy } from '../resources/change-maker.ts';
import { livesOnItsPods } from '../space/living-stores.ts';

const makesAgent = isBy(['create-add-on']);

/**
 * A pod that is made after its association and before the agent has credentials only once the agent is there: whoever has a store
 * that works today waits for the agent. Gives the names of the hosts that need not, where the plan makes one.
 */
export function hostsBesideAgent(
  { changes }: Pick<Plan, 'changes'>,
  { hosts }: Pick<World, 'hosts'>,
): ReadonlySet<string> {
  if (!changes.some(makesAgent)) return new Set();
  return new Set(hosts.filter((host) => !livesOnItsPods(host)).map(({ name }) => name));
}
