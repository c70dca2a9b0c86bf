/** Everything that planning needs, read side by side: a fixed number of calls but for one Describe per association. */
import type { Intent } from './model/config.ts';
import type { Readers } from './model/ports.ts';
import type { Agent, Caller, Cluster, World } from './model/world.ts';
import { providerArn, roleArn, roleNameOf } from './policy/arn.ts';
import { AGENT_ADD_ON } from './resources/agent.ts';
import { spaceQuery } from './resources/control-plane.ts';
import { mapControlPlanes } from './space/control-planes.ts';
import { mapStores } from './space/stores.ts';
import type { AddOn, SpaceFacts } from './model/ports.ts';

export interface Place {
  readonly caller: Caller;
  readonly cluster: Cluster;
}

/** IAM's default for a role's trust policy, where the account's own figure can't be read. */
const DEFAULT_TRUST_QUOTA = 2_048;

/** The world as it is now. Throws a Failure when any part of it can't be read: a plan over half a world is none. */
export async function observe(read: Readers, intent: Intent, { caller, cluster }: Place): Promise<World> {
  const { aws, kubernetes, helm } = read;
  const issuer = cluster.issuer;
  const [facts, workloads, release, provider, role, quota, addOn, associations] = await Promise.all([
    kubernetes.space(spaceQuery(intent)),
    kubernetes.workloads(intent.serviceAccount),
    helm.release(intent.release),
    issuer === undefined ? undefined : aws.oidcProvider(providerArn(cluster, issuer)),
    aws.role(roleNameOf(roleArn(intent, cluster))),
    aws.trustPolicyQuota(),
    aws.addOn(intent.clusterName, AGENT_ADD_ON),
    aws.associations(intent.clusterName, intent.serviceAccount),
  ]);
  return {
    caller,
    cluster,
    space: facts.space,
    controlPlanes: mapControlPlanes(facts, intent.selection),
    namespaces: facts.namespaces,
    workloads,
    stores: mapStores(facts),
    release,
    ...(provider !== undefined && { provider }),
    ...(role !== undefined && { role }),
    trustPolicyQuota: quota ?? DEFAULT_TRUST_QUOTA,
    trustPolicyQuotaKnown: quota !== undefined,
    agent: agentOf(cluster, addOn, facts.agentDaemonSet),
    associations,
  };
}

/** EKS Auto Mode has the agent built in; a DaemonSet installed by hand is as good as the add-on (EKS user guide). */
function agentOf(cluster: Cluster, addOn: AddOn | undefined, daemonSet: SpaceFacts['agentDaemonSet']): Agent {
  const numbers = daemonSet === undefined ? {} : { desired: daemonSet.desired, ready: daemonSet.ready };
  if (addOn !== undefined) {
    const { status, version, issues } = addOn;
    return { provider: 'add-on', addOnStatus: status, addOnVersion: version, issues, ...numbers };
  }
  if (cluster.autoMode) return { provider: 'auto-mode', issues: [], ...numbers };
  return { provider: daemonSet === undefined ? 'none' : 'daemon-set', issues: [], ...numbers };
}
