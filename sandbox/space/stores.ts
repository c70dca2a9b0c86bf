/** Keeps the status of every SharedSecretStore. */
import { CoreV1Api, KubernetesObjectApi } from '@kubernetes/client-node';
import { judgeStore, selects } from './store-judgement.ts';
import { describe } from '../watch.ts';
import { keyOf } from './types.ts';
import type { KubeConfig, V1Pod, V1ServiceAccount } from '@kubernetes/client-node';
import type { Objects } from './objects.ts';
import type { SharedSecretStore } from './store-judgement.ts';
import type { ControllerSettings, ControlPlane } from './types.ts';

export interface StoreSync {
  stop(): Promise<void>;
}

export interface StoreSyncOptions {
  readonly kubeConfig: KubeConfig;
  readonly objects: Objects;
  readonly controlPlanes: ReadonlyMap<string, ControlPlane>;
  /** The host namespace of a control plane, once it has one. */
  readonly namespaceOf: (controlPlane: ControlPlane) => string | undefined;
  readonly settings: ControllerSettings;
  readonly log: (line: string) => void;
}

const operatorLabel = 'app.kubernetes.io/name=external-secrets';

/** Keeps the status of SharedSecretStores: in which control planes each store can get credentials. */
export function syncStores(options: StoreSyncOptions): StoreSync {
  let stopped = false;
  let running = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    timer = setTimeout(() => {
      running = round();
    }, options.settings.storeSyncMs);
  };
  const round = async (): Promise<void> => {
    try {
      await syncOnce(options);
    } catch (error) {
      if (!stopped) options.log(`shared secret stores: ${describe(error)}`);
    }
    if (!stopped) schedule();
  };
  schedule();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

async function syncOnce(options: StoreSyncOptions): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(options.kubeConfig);
  const { items: stores } = await objects.list<SharedSecretStore>(
    'spaces.upbound.io/v1alpha1',
    'SharedSecretStore',
  );
  if (stores.length === 0) return;
  const core = options.kubeConfig.makeApiClient(CoreV1Api);
  const [pods, accounts] = await Promise.all([
    core.listPodForAllNamespaces({ labelSelector: operatorLabel }),
    core.listServiceAccountForAllNamespaces(),
  ]);
  for (const store of stores) await syncStore(store, pods.items, accounts.items, options);
}

async function syncStore(
  store: SharedSecretStore,
  pods: readonly V1Pod[],
  accounts: readonly V1ServiceAccount[],
  options: StoreSyncOptions,
): Promise<void> {
  const verdicts = [...options.controlPlanes.values()].flatMap((controlPlane): Verdict[] => {
    const host = options.namespaceOf(controlPlane);
    if (host === undefined || !selects(store, controlPlane)) return [];
    const problem = judgeStore(store, {
      pods: pods.filter(({ metadata }) => metadata?.namespace === host),
      accounts: accounts.filter(({ metadata }) => metadata?.namespace === host),
    });
    return [{ controlPlane: controlPlane.metadata?.name ?? '', problem }];
  });
  const status = toStatus(verdicts, store.metadata?.generation);
  if (store.status && JSON.stringify(withoutTimes(status)) === JSON.stringify(withoutTimes(store.status)))
    return;
  options.log(
    `shared secret store ${keyOf(store)}: ${status.provisioned.length} of ${verdicts.length} provisioned`,
  );
  const { namespace = '', name = '' } = store.metadata ?? {};
  const target = { version: 'v1alpha1', plural: 'sharedsecretstores', namespace, name } as const;
  await options.objects.mergeStatus(target, status);
}

interface Verdict {
  readonly controlPlane: string;
  readonly problem: string | undefined;
}

function toStatus(verdicts: readonly Verdict[], observedGeneration: number | undefined) {
  const lastTransitionTime = new Date().toISOString();
  const failed = verdicts.flatMap(({ controlPlane, problem }) =>
    problem === undefined ? [] : [{ controlPlane, conditions: [notReady(problem, lastTransitionTime)] }],
  );
  const provisioned = verdicts
    .filter(({ problem }) => problem === undefined)
    .map(({ controlPlane }) => ({ controlPlane }));
  const ready = failed.length === 0 ? 'True' : 'False';
  return {
    conditions: [
      { lastTransitionTime, reason: 'ReferencesResolved', status: 'True', type: 'SecretRefsReady' },
      { lastTransitionTime, reason: 'Provisioned', status: ready, type: 'Ready' },
    ],
    failed,
    observedGeneration,
    provisioned,
  };
}

function notReady(message: string, lastTransitionTime: string): object {
  return { type: 'Ready', status: 'False', reason: 'InvalidProviderConfig', message, lastTransitionTime };
}

/** The same with sorted keys and without times. */
function withoutTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'lastTransitionTime');
  entries.sort(([one], [other]) => one.localeCompare(other));
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutTimes(inner)]));
}
