/** Whose association need not wait for the Pod Identity agent. */
import type { Plan } from '../model/change.ts';
import type { World } from '../model/world.ts';
import { isBy } from '../resources/change-maker.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import { mayHaveWorkingStore } from '../space/working-stores.ts';

const makesAgent = isBy(['create-add-on']);

/**
 * A pod that is made after its association and before the agent has credentials only once the agent is there: whoever has a store
 * that may work today, or a pod that carries credentials, waits for the agent. Gives the names of the other hosts, where the plan
 * makes one.
 */
export function hostsBesideAgent(
  { changes }: Pick<Plan, 'changes'>,
  { hosts }: Pick<World, 'hosts'>,
): ReadonlySet<string> {
  if (!changes.some(makesAgent)) return new Set();
  return new Set(hosts.filter((host) => !mayLose(host)).map(({ name }) => name));
}

function mayLose(host: Host): boolean {
  return mayHaveWorkingStore(host) || host.pods.some(carriesCredentials);
}

function carriesCredentials({
  irsaRoleArn,
  podIdentity,
  otherSources,
  unreadSources,
}: ControllerPod): boolean {
  return irsaRoleArn !== undefined || podIdentity || otherSources.length + unreadSources.length > 0;
}
