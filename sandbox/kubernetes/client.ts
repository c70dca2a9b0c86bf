/** The API of a cluster, for the sandbox and for tests. */
import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  loadAllYaml,
  PatchStrategy,
} from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { waitFor } from './wait.ts';

/** The API of a cluster, for the parts of the sandbox and its tests. */
export interface Client {
  readonly kubeConfig: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly objects: KubernetesObjectApi;
  /** Applies objects (server-side, by force), each after the one before it. Takes YAML of one or more documents too. */
  apply(objects: string | readonly KubernetesObject[]): Promise<void>;
  /** As `apply`, many at a time: for objects that don't need each other. */
  applyAll(objects: readonly KubernetesObject[]): Promise<void>;
  /** Waits until all replicas of the deployment's newest revision are available. */
  waitForDeployment(namespace: string, name: string, timeoutMs?: number): Promise<void>;
}

const fieldManager = 'sandbox';
const parallel = 16;

export function createClient(kubeconfigFile: string): Client {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(kubeconfigFile);
  const apps = kubeConfig.makeApiClient(AppsV1Api);
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig);

  const applyOne = async (object: KubernetesObject): Promise<void> => {
    await objects.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
  };
  return {
    kubeConfig,
    core: kubeConfig.makeApiClient(CoreV1Api),
    apps,
    objects,
    async apply(given) {
      for (const object of typeof given === 'string' ? parse(given) : given) {
        await applyOne(object);
      }
    },
    async applyAll(given) {
      await pLimit(parallel).map(given, applyOne);
    },
    async waitForDeployment(namespace, name, timeoutMs = 60_000) {
      await waitFor({
        what: `deployment ${namespace}/${name}`,
        timeoutMs,
        intervalMs: 250,
        check: () => isRolledOut(apps, namespace, name),
      });
    },
  };
}

function parse(yaml: string): KubernetesObject[] {
  return loadAllYaml(yaml).filter((document: unknown): document is KubernetesObject => document !== null);
}

/** As `kubectl rollout status` judges it. */
async function isRolledOut(apps: AppsV1Api, namespace: string, name: string): Promise<boolean> {
  const { metadata, spec, status } = await apps.readNamespacedDeployment({ namespace, name });
  const wanted = spec?.replicas ?? 1;
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  return (
    observedGeneration >= (metadata?.generation ?? 0) &&
    [updatedReplicas, replicas, availableReplicas].every((count) => count === wanted)
  );
}
