/** What the tests look at in the cluster: real objects, and Helm's own records. */
import { z } from 'zod';
import type { V1Deployment } from '../../../sandbox/kubernetes/index.ts';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { controllerPods, SERVICE_ACCOUNT } from '../../../sandbox/workload.ts';
import { type Injected, injectedInto } from './identity.ts';
import type { Scene } from './scene.ts';

const RELEASE_NAMESPACE = 'upbound-system';

/** Everything that a restart, an upgrade or any write to a workload would change. */
export interface Snapshot {
  /** Pod uids by `namespace/name`. */
  readonly pods: Readonly<Record<string, string>>;
  /** Resource versions by `namespace/name`. */
  readonly deployments: Readonly<Record<string, string>>;
  readonly serviceAccounts: Readonly<Record<string, string>>;
  readonly revisions: readonly Revision[];
}

export interface Revision {
  readonly revision: number;
  readonly status: string;
  readonly chart: string;
}

const historySchema = z.array(z.object({ revision: z.number(), status: z.string(), chart: z.string() }));
const valuesSchema = z.record(z.string(), z.json());

/** The cluster once everything in it has come to rest. */
export async function snapshot({ client, world }: Scene): Promise<Snapshot> {
  await waitFor({
    what: 'the workloads to come to rest',
    timeoutMs: 60_000,
    check: async () => {
      const [pods, deployments] = await Promise.all([
        client.core.listPodForAllNamespaces(),
        client.apps.listDeploymentForAllNamespaces(),
      ]);
      return (
        pods.items.every(({ metadata }) => metadata?.deletionTimestamp === undefined) &&
        deployments.items.every(isAtRest)
      );
    },
  });
  const [pods, deployments, serviceAccounts] = await Promise.all([
    client.core.listPodForAllNamespaces(),
    client.apps.listDeploymentForAllNamespaces(),
    client.core.listServiceAccountForAllNamespaces(),
  ]);
  return {
    pods: byName(pods.items, (pod) => pod.metadata?.uid),
    deployments: byName(deployments.items, (one) => one.metadata?.resourceVersion),
    serviceAccounts: byName(serviceAccounts.items, (one) => one.metadata?.resourceVersion),
    revisions: await helmHistory({ world }),
  };
}

/** All replicas new and available, and none on its way out: nothing more will be written to its status. */
function isAtRest({ metadata, spec, status }: V1Deployment): boolean {
  const { observedGeneration = 0, updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  const counts = [updatedReplicas, replicas, availableReplicas];
  return (
    observedGeneration >= (metadata?.generation ?? 0) &&
    counts.every((count) => count === (spec?.replicas ?? 1)) &&
    (status?.terminatingReplicas ?? 0) === 0
  );
}

interface Named {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
}

function byName<T extends Named>(
  objects: readonly T[],
  value: (object: T) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    objects.map((object) => [
      `${object.metadata?.namespace}/${object.metadata?.name}`,
      value(object) ?? 'nothing',
    ]),
  );
}

/** The entries of a record whose `namespace/name` a test picks. */
export function only(
  record: Readonly<Record<string, string>>,
  pick: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => pick(name)));
}

/** Deployment and pods of the External Secrets controller; its webhook and its cert controller are others. */
export const isController = (name: string): boolean =>
  /\/external-secrets(?!-webhook|-cert-controller)/.test(name);

/** What runs in the host namespaces beside the controllers, and must never be restarted. */
export const isNeighbour = (name: string): boolean => name.startsWith('mxp-') && !isController(name);

/** The host namespaces of all control planes that there are now, sorted. */
export function hostsOf({ world }: Pick<Scene, 'world'>): readonly string[] {
  return world.space
    .controlPlanes()
    .map(({ metadata }) => world.hostNamespace(metadata?.namespace ?? '', metadata?.name ?? ''))
    .toSorted();
}

/** What each controller pod in these host namespaces carries. */
export async function injectedIn(
  scene: Pick<Scene, 'client'>,
  namespaces: readonly string[],
): Promise<readonly Injected[]> {
  const pods = await Promise.all(namespaces.map((namespace) => controllerPods(scene, namespace)));
  return pods.flat().map(injectedInto);
}

/** The annotations of the controller's service account in a host namespace. */
export async function annotationsOf(
  { client }: Pick<Scene, 'client'>,
  namespace: string,
): Promise<Readonly<Record<string, string>>> {
  const { metadata } = await client.core.readNamespacedServiceAccount({ namespace, name: SERVICE_ACCOUNT });
  return metadata?.annotations ?? {};
}

/** The revisions of the Spaces release, oldest first. */
export async function helmHistory({ world }: Pick<Scene, 'world'>): Promise<readonly Revision[]> {
  const json: unknown = JSON.parse(
    await world.helm(['history', 'spaces', '--namespace', RELEASE_NAMESPACE, '--output', 'json']),
  );
  return historySchema.parse(json);
}

/** The user's own values of the Spaces release. */
export async function helmValues({
  world,
}: Pick<Scene, 'world'>): Promise<Readonly<Record<string, z.core.util.JSONType>>> {
  const json: unknown = JSON.parse(
    await world.helm(['get', 'values', 'spaces', '--namespace', RELEASE_NAMESPACE, '--output', 'json']),
  );
  return valuesSchema.parse(json);
}
