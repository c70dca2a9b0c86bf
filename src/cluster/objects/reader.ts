/** The reads of the Space's cluster. */
import type { KubernetesReader } from '../../model/ports.ts';
import { readAgent } from './agent.ts';
import { readClusterIdentity } from './cluster-identity.ts';
import { forecastPods } from './forecast.ts';
import type { ClusterApi } from '../api/api.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { readNodes } from './nodes.ts';
import { readSpace } from './space-facts.ts';
import { readAnnotatedAccounts, readServiceAccounts, readWorkloads } from './workloads.ts';

/** `release`: the Space's own Helm release, which a HelmRelease of Flux may own. */
export function createKubernetesReader(
  api: ClusterApi,
  kubectl: Pick<Kubectl, 'read'>,
  release: { readonly name: string },
  kubeconfigGiven: boolean,
): KubernetesReader {
  return {
    space: (query) => readSpace(api, release.name, query),
    workloads: (serviceAccount) => readWorkloads(api, serviceAccount),
    serviceAccounts: (serviceAccount) => readServiceAccounts(api, serviceAccount),
    agentDaemonSet: () => readAgent(api),
    nodes: () => readNodes(api),
    clusterIdentity: async () => (kubeconfigGiven ? await readClusterIdentity(api, kubectl) : undefined),
    annotatedAccounts: () => readAnnotatedAccounts(api),
    forecast: (samples) => forecastPods(api, samples),
  };
}
