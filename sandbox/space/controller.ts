/** The stand-in for the Spaces controller: host namespaces for control planes, values carried to them. */
import { AppsV1Api, type KubeConfig, type V1Deployment } from '@kubernetes/client-node';
import { type Watched, watchObjects } from '../watch.ts';
import { watchConfig, watchControlPlanes } from './watches.ts';
import { createObjects } from './objects.ts';
import { Provisioner } from './provisioner.ts';
import { syncSharedSecrets } from './shared-secrets.ts';
import { type ControllerSettings, type ControlPlane, keyOf, type SpaceConfig } from './types.ts';
import { createWorkQueue } from './work-queue.ts';
import type { ExternalSecrets } from '../external-secrets/external-secrets.ts';

export interface SpaceController {
  readonly settings: ControllerSettings;
  /** All control planes as last seen. */
  controlPlanes(): ControlPlane[];
  /** The host namespace of a control plane, once it has an ID. */
  hostNamespace(controlPlane: ControlPlane | undefined): string | undefined;
  /** Ends the controller; the Space stays as it is. */
  stop(): Promise<void>;
}

export interface ControllerOptions {
  readonly kubeConfig: KubeConfig;
  /** Namespace of the Spaces release. */
  readonly namespace: string;
  readonly settings?: Partial<ControllerSettings>;
  /** What runs in the host namespaces. */
  readonly externalSecrets: ExternalSecrets;
  readonly log: (line: string) => void;
}

const parallel = 12;
const restoreEveryMs = 1_000;

/** The part of Spaces that the sandbox needs: control planes get host namespaces, and chart values get into them. */
export async function startController(options: ControllerOptions): Promise<SpaceController> {
  const { kubeConfig, log } = options;
  const settings = withDefaults(options.settings);
  const timers = new Set<NodeJS.Timeout>();
  const controlPlanes = new Map<string, ControlPlane>();
  let config: SpaceConfig | undefined;
  let deployments: Watched<V1Deployment> | undefined;

  const objects = createObjects(kubeConfig);
  const provisioner = new Provisioner({
    objects,
    settings,
    areAvailable: (namespace, names) => names.every((name) => isAvailable(deployments?.get(namespace, name))),
    log,
  });
  const queue = createWorkQueue({
    parallel,
    log,
    work: async (key) => {
      const controlPlane = controlPlanes.get(key);
      if (controlPlane && config) await provisioner.reconcile(controlPlane, config);
    },
  });
  const seen = (controlPlane: ControlPlane, event: 'changed' | 'deleted'): void => {
    const key = keyOf(controlPlane);
    const isNew = !controlPlanes.has(key);
    if (event === 'deleted') controlPlanes.delete(key);
    else controlPlanes.set(key, controlPlane);
    queue.add(key, isNew ? settings.provisionMs : 0);
  };
  const roll = (next: SpaceConfig): void => {
    if (JSON.stringify(next) === JSON.stringify(config)) return;
    const first = config === undefined;
    config = next;
    const all = [...controlPlanes.values()];
    for (const [index, controlPlane] of all.entries()) {
      const delay = first ? 0 : settings.propagationMs * (0.5 + (0.5 * (index + 1)) / all.length);
      const timer = setTimeout(() => {
        timers.delete(timer);
        provisioner.configure(controlPlane, next);
        queue.add(keyOf(controlPlane));
      }, delay);
      timers.add(timer);
    }
  };
  deployments = await watchDeployments(kubeConfig, log, (namespace) => {
    const owner = provisioner.ownerOf(namespace);
    if (owner !== undefined) queue.add(owner);
  });
  const restoring = setInterval(() => {
    if (settings.restoreHandMade) for (const key of controlPlanes.keys()) queue.add(key);
  }, restoreEveryMs);
  const watches = [
    deployments,
    await watchConfig(kubeConfig, options.namespace, roll, log),
    await watchControlPlanes(kubeConfig, seen, log),
  ];
  const sharedSecrets = syncSharedSecrets({
    kubeConfig,
    externalSecrets: options.externalSecrets,
    objects,
    controlPlanes,
    namespaceOf: (controlPlane) => provisioner.namespaceOf(controlPlane),
    settings,
    log,
  });
  return {
    settings,
    controlPlanes: () => [...controlPlanes.values()],
    hostNamespace: (controlPlane) => controlPlane && provisioner.namespaceOf(controlPlane),
    async stop() {
      clearInterval(restoring);
      for (const timer of timers) clearTimeout(timer);
      await Promise.all([queue.stop(), sharedSecrets.stop(), ...watches.map((watched) => watched.stop())]);
    },
  };
}

function withDefaults(given: Partial<ControllerSettings> = {}): ControllerSettings {
  return {
    propagationMs: 2_000,
    provisionMs: 0,
    neverProvision: new Set(),
    ids: new Map(),
    pauseSharedSecrets: true,
    restoreHandMade: false,
    storeSyncMs: 2_000,
    recheckMs: 300_000,
    retryMaxMs: 420_000,
    ...given,
  };
}

function watchDeployments(
  kubeConfig: KubeConfig,
  log: (line: string) => void,
  onChange: (namespace: string) => void,
): Promise<Watched<V1Deployment>> {
  const api = kubeConfig.makeApiClient(AppsV1Api);
  return watchObjects<V1Deployment>({
    kubeConfig,
    path: '/apis/apps/v1/deployments',
    list: () => api.listDeploymentForAllNamespaces(),
    onChange: (deployment) => {
      onChange(deployment.metadata?.namespace ?? '');
    },
    log,
  });
}

function isAvailable(deployment: V1Deployment | undefined): boolean {
  if (!deployment) return false;
  const { metadata, spec, status } = deployment;
  const current = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  return current && (status?.availableReplicas ?? 0) >= (spec?.replicas ?? 1);
}
