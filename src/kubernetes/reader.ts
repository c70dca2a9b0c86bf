import type { KubernetesReader } from '../model/ports.ts';
import type { Kubectl } from './kubectl.ts';
import { readSpace } from './space.ts';
import { readServiceAccounts, readWorkloads } from './workloads.ts';

/** Reads of the Space's cluster; `helmRelease` is the name of the Space's release, which a HelmRelease of Flux may own. */
export function createKubernetesReader(kubectl: Kubectl, helmRelease: string): KubernetesReader {
  return {
    space: (query) => readSpace(kubectl, helmRelease, query),
    workloads: (serviceAccount) => readWorkloads(kubectl, serviceAccount),
    serviceAccounts: (serviceAccount) => readServiceAccounts(kubectl, serviceAccount),
  };
}
