/** The writes of the controller to the cluster. */
import {
  ApiException,
  CustomObjectsApi,
  type KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  setHeaderOptions,
} from '@kubernetes/client-node';

/** Writes of the controller. */
export interface Objects {
  /** Server-side apply: what this controller set before and no longer sets goes, what others set stays. */
  apply(object: KubernetesObject): Promise<void>;
  /** Deletes, in the background; something absent is fine. */
  remove(object: KubernetesObject): Promise<void>;
  /** Merges into an object of spaces.upbound.io. */
  merge(target: SpacesObject, patch: object): Promise<void>;
  /** Merges into the status of an object of spaces.upbound.io. */
  mergeStatus(target: SpacesObject, status: object): Promise<void>;
}

export interface SpacesObject {
  readonly version: 'v1beta1' | 'v1alpha1';
  readonly plural: 'controlplanes' | 'sharedsecretstores' | 'sharedexternalsecrets';
  readonly namespace: string;
  readonly name: string;
}

const fieldManager = 'spaces-controller';
const group = 'spaces.upbound.io';
const asMerge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

export function createObjects(kubeConfig: KubeConfig): Objects {
  const objects = KubernetesObjectApi.makeApiClient(kubeConfig);
  const custom = kubeConfig.makeApiClient(CustomObjectsApi);
  return {
    async apply(object) {
      await objects.patch(object, undefined, undefined, fieldManager, true, PatchStrategy.ServerSideApply);
    },
    async remove(object) {
      await ignoreAbsent(objects.delete(object));
    },
    async merge(target, body) {
      await ignoreAbsent(custom.patchNamespacedCustomObject({ group, ...target, body }, asMerge));
    },
    async mergeStatus(target, status) {
      const body = { status };
      await ignoreAbsent(custom.patchNamespacedCustomObjectStatus({ group, ...target, body }, asMerge));
    },
  };
}

async function ignoreAbsent(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof ApiException && error.code === 404)) throw error;
  }
}
