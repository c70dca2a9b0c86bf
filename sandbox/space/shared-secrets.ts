/** Keeps the status of every SharedSecretStore and SharedExternalSecret. */
import {
  CoreV1Api,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  type V1Pod,
  type V1ServiceAccount,
} from '@kubernetes/client-node';
import type { ExternalSecrets } from '../external-secrets/external-secrets.ts';
import type { SharedExternalSecret, SharedSecretStore } from '../external-secrets/types.ts';
import { describe } from '../watch.ts';
import type { Objects } from './objects.ts';
import { selects } from './selection.ts';
import { isSameStatus, secretStatus, storeStatus, type Verdict } from './shared-status.ts';
import { type ControllerSettings, type ControlPlane, keyOf } from './types.ts';
import { Verdicts } from './verdicts.ts';

export interface SharedSecretsSync {
  stop(): Promise<void>;
}

export interface SharedSecretsOptions {
  readonly kubeConfig: KubeConfig;
  readonly objects: Objects;
  readonly controlPlanes: ReadonlyMap<string, ControlPlane>;
  /** The host namespace of a control plane, once it has one. */
  readonly namespaceOf: (controlPlane: ControlPlane) => string | undefined;
  readonly externalSecrets: ExternalSecrets;
  readonly settings: ControllerSettings;
  readonly log: (line: string) => void;
}

const operatorLabel = 'app.kubernetes.io/name=external-secrets';
const version = 'spaces.upbound.io/v1alpha1';

/** Says in which control planes each store can get credentials, and each secret can be read. */
export function syncSharedSecrets(options: SharedSecretsOptions): SharedSecretsSync {
  const verdicts = new Verdicts(options.settings);
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
      await syncOnce(options, verdicts);
    } catch (error) {
      if (!stopped) options.log(`shared secrets: ${describe(error)}`);
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

/** What is in a host namespace, as the verdicts need it. */
interface Host {
  readonly controlPlane: ControlPlane;
  readonly pods: readonly V1Pod[];
  /** Changes with all on which a verdict rests. */
  readonly fingerprint: string;
}

async function syncOnce(options: SharedSecretsOptions, verdicts: Verdicts): Promise<void> {
  const { externalSecrets, kubeConfig } = options;
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  const { items: stores } = await objects.list<SharedSecretStore>(version, 'SharedSecretStore');
  const { items: secrets } = await objects.list<SharedExternalSecret>(version, 'SharedExternalSecret');
  if (stores.length + secrets.length === 0) return;
  const hosts = await hostsOf(options);
  for (const store of stores) {
    const found: Verdict[] = [];
    for (const host of hosts.filter(({ controlPlane }) => selects(store, controlPlane))) {
      const judge = () => externalSecrets.judgeStore(store, host.pods);
      found.push(await verdictOn(verdicts, [store], host, judge));
    }
    await write(options, store, 'sharedsecretstores', storeStatus(found, store.metadata?.generation));
  }
  for (const secret of secrets) {
    const found: Verdict[] = [];
    for (const host of hosts.filter(({ controlPlane }) => selects(secret, controlPlane))) {
      const own = stores.filter((store) => selects(store, host.controlPlane));
      const judge = () => problemOf(externalSecrets, secret, own, host.pods);
      found.push(await verdictOn(verdicts, [secret, ...own], host, judge));
    }
    await write(options, secret, 'sharedexternalsecrets', secretStatus(found, secret.metadata?.generation));
  }
}

/** On the first of these objects, which rests on all of them. */
async function verdictOn(
  verdicts: Verdicts,
  shared: readonly KubernetesObject[],
  host: Host,
  judge: () => Promise<string | undefined>,
): Promise<Verdict> {
  const key = `${shared[0]?.metadata?.uid} ${keyOf(host.controlPlane)}`;
  const generations = shared.map(({ metadata }) => `${metadata?.uid}/${metadata?.generation}`).join(',');
  const problem = await verdicts.of({ key, fingerprint: `${generations} ${host.fingerprint}`, judge });
  return { controlPlane: host.controlPlane.metadata?.name ?? '', problem };
}

async function hostsOf({ controlPlanes, kubeConfig, namespaceOf }: SharedSecretsOptions): Promise<Host[]> {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  const [pods, accounts] = await Promise.all([
    core.listPodForAllNamespaces({ labelSelector: operatorLabel }),
    core.listServiceAccountForAllNamespaces(),
  ]);
  return [...controlPlanes.values()].flatMap((controlPlane): Host[] => {
    const namespace = namespaceOf(controlPlane);
    if (namespace === undefined) return [];
    const own = pods.items.filter(({ metadata }) => metadata?.namespace === namespace);
    const here = accounts.items.filter(({ metadata }) => metadata?.namespace === namespace);
    return [{ controlPlane, pods: own, fingerprint: hostFingerprint(own, here) }];
  });
}

function hostFingerprint(pods: readonly V1Pod[], accounts: readonly V1ServiceAccount[]): string {
  return JSON.stringify([
    pods.map(({ metadata, status }) => [metadata?.uid, metadata?.deletionTimestamp, status?.phase]),
    accounts.map(({ metadata }) => [metadata?.name, metadata?.annotations]),
  ]);
}

/** In the words of External Secrets, by the first reference that fails. */
async function problemOf(
  externalSecrets: ExternalSecrets,
  secret: SharedExternalSecret,
  stores: readonly SharedSecretStore[],
  pods: readonly V1Pod[],
): Promise<string | undefined> {
  const outcomes = await externalSecrets.readSecret(secret, stores, pods);
  const failed = outcomes.find(({ error }) => error !== undefined);
  if (failed === undefined) return undefined;
  const { place, key, error } = failed;
  return `could not get secret data from provider: error processing ${place} (key: ${key}), err: ${error}`;
}

async function write(
  { objects, log }: SharedSecretsOptions,
  shared: SharedSecretStore | SharedExternalSecret,
  plural: 'sharedsecretstores' | 'sharedexternalsecrets',
  status: ReturnType<typeof storeStatus> | ReturnType<typeof secretStatus>,
): Promise<void> {
  if (isSameStatus(shared.status, status)) return;
  const total = status.provisioned.length + status.failed.length;
  log(`${shared.kind} ${keyOf(shared)}: ${status.provisioned.length} of ${total} provisioned`);
  const { namespace = '', name = '' } = shared.metadata ?? {};
  await objects.mergeStatus({ version: 'v1alpha1', plural, namespace, name }, status);
}
