/** What serves EKS Pod Identity on the nodes. */
import type { AddOn, SpaceFacts } from '../model/ports.ts';
import type { Agent, Cluster } from '../model/world.ts';

/** Name of EKS's add-on, and of the DaemonSet that it (or somebody by hand) installs in kube-system. */
export const AGENT_ADD_ON = 'eks-pod-identity-agent';

/** EKS Auto Mode has the agent built in; a DaemonSet installed by hand is as good as the add-on (EKS user guide). */
export function agentOf(
  { autoMode }: Cluster,
  addOn: AddOn | undefined,
  daemonSet: SpaceFacts['agentDaemonSet'],
): Agent {
  const numbers = daemonSet === undefined ? {} : { desired: daemonSet.desired, ready: daemonSet.ready };
  if (addOn !== undefined) {
    const { status, version, issues } = addOn;
    return { provider: 'add-on', addOnStatus: status, addOnVersion: version, issues, ...numbers };
  }
  if (autoMode) return { provider: 'auto-mode', issues: [], ...numbers };
  return { provider: daemonSet === undefined ? 'none' : 'daemon-set', issues: [], ...numbers };
}
