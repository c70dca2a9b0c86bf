/** The reads of the Space's cluster. */
import type { KubernetesReader } from '../../model/ports.ts';
import type { SharedSecrets } from '../../model/shared-secret.ts';
import { readAgent } from './agent.ts';
import { readClusterIdentity } from './cluster-identity.ts';
import { forecastPods } from './forecast.ts';
import type { ServiceAccountToken } from '../access/service-account-token.ts';
import type { ClusterApi } from '../api/api.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { readNodes } from './nodes.ts';
import { readSharedSecrets } from './shared-secrets.ts';
import { readSpace } from './space-facts.ts';
import { readAnnotatedAccounts, readServiceAccounts, readWorkloads } from './workloads.ts';

const NOT_ASKED: SharedSecrets = { kind: 'unreadable', why: 'nothing depends on them here' };

export interface ReaderOptions {
  /** The Space's own Helm release, which a HelmRelease of Flux may own. */
  readonly release: { readonly name: string };
  readonly kubeconfigGiven: boolean;
  /** The token by which that kubeconfig signs in, when it is the one of a service account. */
  readonly token?: ServiceAccountToken | undefined;
  /** False where nothing depends on what control planes read: then the job needs no right to look. */
  readonly readsSecrets: boolean;
}

/** Lists and objects over the API; `kubectl` reads of its kubeconfig alone. */
export function createKubernetesReader(
  api: ClusterApi,
  kubectl: Pick<Kubectl, 'read'>,
  { release, kubeconfigGiven, token, readsSecrets }: ReaderOptions,
): KubernetesReader {
  return {
    space: (query) => readSpace(api, release.name, query),
    sharedSecrets: async () => (readsSecrets ? await readSharedSecrets(api) : NOT_ASKED),
    workloads: (serviceAccount) => readWorkloads(api, serviceAccount),
    serviceAccounts: (serviceAccount) => readServiceAccounts(api, serviceAccount),
    agentDaemonSet: () => readAgent(api),
    nodes: () => readNodes(api),
    clusterIdentity: async () =>
      kubeconfigGiven ? await readClusterIdentity(api, kubectl, token) : undefined,
    annotatedAccounts: () => readAnnotatedAccounts(api),
    forecast: (samples) => forecastPods(api, samples),
  };
}
