/** The workloads of the cluster that use AWS: the agent of its nodes, and External Secrets in each host namespace. */
import { CoreV1Api, type KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import type { Aws } from '../aws/index.ts';
import { createAgent, type PodIdentityAgent } from '../eks/agent.ts';
import { createClusterReader } from '../external-secrets/cluster.ts';
import {
  createExternalSecrets,
  type ExternalSecrets,
  type ReadOutcome,
} from '../external-secrets/external-secrets.ts';
import type { SharedExternalSecret, SharedSecretStore } from '../external-secrets/types.ts';
import { selects } from '../space/selection.ts';
import type { ControlPlane } from '../space/types.ts';

export interface Workloads {
  readonly agent: PodIdentityAgent;
  readonly externalSecrets: ExternalSecrets;
  /** What a control plane reads now by all SharedExternalSecrets and SharedSecretStores that select it, with its pods' credentials. */
  read(controlPlane: ControlPlane, namespace: string): Promise<readonly ReadOutcome[]>;
}

export interface WorkloadOptions {
  readonly aws: Aws;
  readonly clusterName: string;
  readonly kubeConfig: KubeConfig;
}

const version = 'spaces.upbound.io/v1alpha1';
const labelSelector = 'app.kubernetes.io/name=external-secrets';

export function createWorkloads({ aws, clusterName, kubeConfig }: WorkloadOptions): Workloads {
  const cluster = createClusterReader(kubeConfig);
  const agent = createAgent({
    aws,
    clusterName,
    tokenOf: ({ namespace, serviceAccount, ...pod }) =>
      cluster.token({ namespace, serviceAccount, audiences: ['pods.eks.amazonaws.com'], pod }),
  });
  const { endpoint, region } = aws;
  const externalSecrets = createExternalSecrets({ endpoint, region, cluster, agent });
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  return {
    agent,
    externalSecrets,
    async read(controlPlane, namespace) {
      const [secrets, stores, pods] = await Promise.all([
        objects.list<SharedExternalSecret>(version, 'SharedExternalSecret'),
        objects.list<SharedSecretStore>(version, 'SharedSecretStore'),
        core.listNamespacedPod({ namespace, labelSelector }),
      ]);
      const own = stores.items.filter((store) => selects(store, controlPlane));
      const outcomes: ReadOutcome[] = [];
      for (const secret of secrets.items.filter((one) => selects(one, controlPlane)))
        outcomes.push(...(await externalSecrets.readSecret(secret, own, pods.items)));
      return outcomes;
    },
  };
}
