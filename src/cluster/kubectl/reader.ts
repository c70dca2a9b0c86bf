/** The reads of the Space's cluster. */
import type { KubernetesReader } from '../../model/ports.ts';
import { readAgent } from './agent.ts';
import { readClusterIdentity } from './cluster-identity.ts';
import { forecastPods } from './forecast.ts';
import type { Kubectl } from './kubectl.ts';
import { readNodes } from './nodes.ts';
import { readSpace } from './space-facts.ts';
import { readAnnotatedAccounts, readServiceAccounts, readWorkloads } from './workloads.ts';

/** `release`: the Space's own Helm release, which a HelmRelease of Flux may own. */
export function createKubernetesReader(
  kubectl: Kubectl,
  release: { readonly name: string },
  kubeconfigGiven: boolean,
): KubernetesReader {
  return {
    space: (query) => readSpace(kubectl, release.name, query),
    workloads: (serviceAccount) => readWorkloads(kubectl, serviceAccount),
    serviceAccounts: (serviceAccount) => readServiceAccounts(kubectl, serviceAccount),
    agentDaemonSet: () => readAgent(kubectl),
    nodes: () => readNodes(kubectl),
    clusterIdentity: async () => (kubeconfigGiven ? await readClusterIdentity(kubectl) : undefined),
    annotatedAccounts: () => readAnnotatedAccounts(kubectl),
    forecast: (samples) => forecastPods(kubectl, samples),
  };
}
