/** Parts of the world read again, for those who wait for them. */
import type { Intent } from '../model/config.ts';
import type { Host } from '../model/host.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { AGENT_ADD_ON, agentOf } from './agent.ts';
import { hostsInCluster, NOT_LOOKED_AT, withHosts } from './assemble.ts';
import { observeCluster, spaceQuery } from './cluster.ts';
import { storeFinder } from './store-selection.ts';

/** The hosts alone, as they are in the cluster now. */
export async function observeHosts(read: Readers, intent: Intent): Promise<readonly Host[]> {
  return hostsInCluster(intent, await observeCluster(read, intent));
}

/** The same world with what serves Pod Identity on the nodes as it is now. */
export async function observeAgent(read: Readers, intent: Intent, world: World): Promise<World> {
  const [addOn, daemonSet] = await Promise.all([
    read.aws.addOn(intent.clusterName, AGENT_ADD_ON),
    read.kubernetes.agentDaemonSet(),
  ]);
  return { ...world, agent: agentOf(world.cluster, addOn, daemonSet) };
}

/** The same world with what Spaces says of its stores now. */
export async function observeStores(read: Readers, intent: Intent, world: World): Promise<World> {
  const facts = await read.kubernetes.space(spaceQuery(intent));
  const storesOf = storeFinder({ ...facts, secrets: NOT_LOOKED_AT });
  const hosts = world.hosts.map((host) => ({ ...host, ...storesOf(host), secrets: host.secrets }));
  return { ...world, ...withHosts(hosts) };
}
