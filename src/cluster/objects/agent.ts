/** The DaemonSet of the EKS Pod Identity agent, which EKS's add-on, or somebody with Helm, installs. */
import { z } from 'zod';
import type { DaemonSet } from '../../model/ports.ts';
import type { ClusterApi } from '../api/api.ts';

const PATH = '/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent';

const schema = z.object({
  status: z
    .object({ desiredNumberScheduled: z.number().default(0), numberReady: z.number().default(0) })
    .prefault({}),
});

/** Undefined when there is none. */
export async function readAgent(api: ClusterApi): Promise<DaemonSet | undefined> {
  const found = await api.find('look for the EKS Pod Identity agent', PATH, schema);
  return found && { desired: found.status.desiredNumberScheduled, ready: found.status.numberReady };
}
