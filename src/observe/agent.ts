/** What serves EKS Pod Identity on the nodes. */
import type { AddOn, SpaceFacts, Unreadable } from '../model/ports.ts';
import type { Agent, Cluster } from '../model/world.ts';

/** Name of EKS's add-on, and of the DaemonSet that it (or somebody by hand) installs in kube-system. */
export const AGENT_ADD_ON = 'eks-pod-identity-agent';

/**
 * EKS Auto Mode has the agent built in; a DaemonSet installed by hand is as good as the add-on (EKS user guide). The add-on
 * installs the very DaemonSet, so where it may not be looked at, the DaemonSet tells that the nodes are served.
 */
export function agentOf(
  { autoMode }: Cluster,
  addOn: AddOn | Unreadable | undefined,
  daemonSet: SpaceFacts['agentDaemonSet'],
): Agent {
  const numbers = daemonSet === undefined ? {} : { desired: daemonSet.desired, ready: daemonSet.ready };
  if (addOn !== undefined && 'status' in addOn) {
    const { status, version, issues } = addOn;
    return { provider: 'add-on', addOnStatus: status, addOnVersion: version, issues, ...numbers };
  }
  if (addOn !== undefined) {
    const provider = daemonSet !== undefined ? 'daemon-set' : autoMode ? 'auto-mode' : 'unknown';
    return { provider, unread: addOn.why, issues: [], ...numbers };
  }
  if (autoMode) return { provider: 'auto-mode', issues: [], ...numbers };
  return { provider: daemonSet === undefined ? 'none' : 'daemon-set', issues: [], ...numbers };
}
