/** What the controller follows in the cluster. */
import {
  ApiException,
  CoreV1Api,
  type KubeConfig,
  type KubernetesListObject,
  KubernetesObjectApi,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { type Watched, watchObjects } from '../watch.ts';
import { configMapName, readConfig } from './config.ts';
import type { ControlPlane, SpaceConfig } from './types.ts';

/** Follows the control planes of all groups. */
export function watchControlPlanes(
  kubeConfig: KubeConfig,
  onChange: (controlPlane: ControlPlane, event: 'changed' | 'deleted') => void,
  log: (line: string) => void,
): Promise<Watched<ControlPlane>> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  return watchObjects<ControlPlane>({
    kubeConfig,
    path: '/apis/spaces.upbound.io/v1beta1/controlplanes',
    list: () => listControlPlanes(api),
    onChange,
    log,
  });
}

/** Nobody while their CRD is away, as when it is installed anew. */
async function listControlPlanes(api: KubernetesObjectApi): Promise<KubernetesListObject<ControlPlane>> {
  try {
    return await api.list<ControlPlane>('spaces.upbound.io/v1beta1', 'ControlPlane');
  } catch (error) {
    if (!(error instanceof ApiException && error.code === 404)) throw error;
    return { metadata: {}, items: [] };
  }
}

/** Follows what the chart tells the controller. */
export function watchConfig(
  kubeConfig: KubeConfig,
  namespace: string,
  onConfig: (config: SpaceConfig) => void,
  log: (line: string) => void,
): Promise<Watched<V1ConfigMap>> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  return watchObjects<V1ConfigMap>({
    kubeConfig,
    path: `/api/v1/namespaces/${namespace}/configmaps`,
    list: () => api.listNamespacedConfigMap({ namespace }),
    onChange: (configMap, event) => {
      if (event === 'changed' && configMap.metadata?.name === configMapName) onConfig(readConfig(configMap));
    },
    log,
  });
}
