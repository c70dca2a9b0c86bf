import type { KubernetesReader } from '../model/ports.ts';
import type { Kubectl } from './kubectl.ts';
import { readSpace } from './space.ts';
import { readServiceAccounts, readWorkloads } from './workloads.ts';

/** Reads of the Space's cluster; `release` is the Helm release of the Space, in whose namespace its controller runs. */
export function createKubernetesReader(
  kubectl: Kubectl,
  release: { readonly name: string; readonly namespace: string },
): KubernetesReader {
  return {
    space: (query) => readSpace(kubectl, release, query),
    workloads: (serviceAccount) => readWorkloads(kubectl, serviceAccount),
    serviceAccounts: (serviceAccount) => readServiceAccounts(kubectl, serviceAccount),
  };
}
