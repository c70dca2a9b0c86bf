/** What the controller follows in the cluster. */
import { CoreV1Api, KubernetesObjectApi } from '@kubernetes/client-node';
import { watchObjects } from '../watch.ts';
import { configMapName, readConfig } from './config.ts';
import type { KubeConfig, V1ConfigMap } from '@kubernetes/client-node';
import type { Watched } from '../watch.ts';
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
    list: () => api.list<ControlPlane>('spaces.upbound.io/v1beta1', 'ControlPlane'),
    onChange,
    log,
  });
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
