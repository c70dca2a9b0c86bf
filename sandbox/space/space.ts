/** A Space in a cluster: its CRDs, and control planes that are made and waited for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ApiException,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
} from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { waitFor } from '../kubernetes/wait.ts';
import { type ControlPlane, keyOf } from './types.ts';
import type { Tool } from '../world/tools.ts';
import type { SpaceController } from './controller.ts';

const crds = ['controlplanes', 'sharedsecretstores', 'sharedexternalsecrets'];
const parallel = 16;

export interface NewControlPlane {
  readonly group: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly hostNamespace?: string;
  readonly paused?: boolean;
}

/** Puts the CRDs in, and waits until their resources are served. */
export async function installCrds(kubectl: Tool): Promise<void> {
  const files = crds.map((name) => join(import.meta.dirname, 'crds', `${name}.yaml`));
  const manifests = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await kubectl(['apply', '--filename', '-'], manifests.join('\n---\n'));
  // Established is said a moment before the storage is ready for watches.
  const resources = crds.map((name) => `${name}.spaces.upbound.io`).join(',');
  await waitFor({
    what: 'the resources of spaces.upbound.io',
    timeoutMs: 60_000,
    check: async () => {
      await kubectl(['get', resources, '--all-namespaces']);
      return true;
    },
  });
}

/** A control plane group is a namespace with this label. */
export function groupOf(name: string): KubernetesObject {
  const labels = { 'spaces.upbound.io/group': 'true' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** A control plane as a user would write it. */
export function controlPlaneOf(spec: NewControlPlane): ControlPlane {
  return {
    apiVersion: 'spaces.upbound.io/v1beta1',
    kind: 'ControlPlane',
    metadata: { name: spec.name, namespace: spec.group, labels: { ...spec.labels } },
    spec: {
      crossplane: { state: spec.paused === true ? 'Paused' : 'Running' },
      ...(spec.hostNamespace === undefined ? {} : { hostNamespace: { name: spec.hostNamespace } }),
    },
  };
}

/** Creates objects, many at a time; one that is there already is left as it is. */
export async function createAll(kubeConfig: KubeConfig, objects: readonly KubernetesObject[]): Promise<void> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfig);
  await pLimit(parallel).map(objects, async (object) => {
    try {
      await api.create(object);
    } catch (error) {
      if (!(error instanceof ApiException && error.code === 409)) throw error;
    }
  });
}

/**
 * Takes the ControlPlane object away and nothing else, as a restore of the cluster or a CRD that is installed anew does: the
 * controller sees no deletion to act on, so that host namespace, Deployments and pods stay.
 */
export async function loseObject(
  kubectl: Tool,
  controller: SpaceController,
  lost: ControlPlane,
): Promise<void> {
  const { name = '', namespace = '' } = lost.metadata ?? {};
  const object = ['controlplanes.spaces.upbound.io', name, `--namespace=${namespace}`];
  const id = lost.status?.controlPlaneID;
  if (id !== undefined) controller.settings.ids.set(keyOf(lost), id);
  // Without its finalizer it goes at once, and is never seen with a deletionTimestamp.
  await kubectl(['patch', ...object, '--type=merge', '--patch={"metadata":{"finalizers":null}}']);
  await kubectl(['delete', ...object, '--timeout=60s']);
  await waitFor({
    what: `control plane ${keyOf(lost)} to be forgotten`,
    timeoutMs: 60_000,
    check: () => Promise.resolve(!controller.controlPlanes().some((other) => keyOf(other) === keyOf(lost))),
  });
}

/** Waits until these control planes (`group/name`) have the condition Ready. */
export async function waitUntilReady(
  controller: SpaceController,
  keys: readonly string[],
  timeoutMs: number,
): Promise<void> {
  await waitFor({
    what: `${keys.length} control planes to become ready`,
    timeoutMs,
    check: () => {
      const ready = new Set(controller.controlPlanes().filter(isReady).map(keyOf));
      const missing = keys.filter((key) => !ready.has(key));
      return missing.length === 0
        ? Promise.resolve(true)
        : Promise.reject(new Error(`not ready: ${missing.slice(0, 5).join(', ')}`));
    },
  });
}

function isReady({ status }: ControlPlane): boolean {
  return (status?.conditions ?? []).some(
    (condition) => condition.type === 'Ready' && condition.status === 'True',
  );
}
