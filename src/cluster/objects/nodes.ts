/** Reads of the nodes what decides whether the EKS Pod Identity agent can serve them. */
import { isFailureOf } from '../../model/failure.ts';
import type { ClusterNode } from '../../model/evidence.ts';
import type { ClusterApi } from '../api/api.ts';
import { objectSchema } from './metadata.ts';

const REQUEST = { tried: 'list the nodes', path: '/api/v1/nodes', schema: objectSchema, metadataOnly: true };

/** All nodes; undefined when the job may not list them. */
export async function readNodes(api: ClusterApi): Promise<readonly ClusterNode[] | undefined> {
  try {
    return (await api.list(REQUEST)).map(({ metadata: { name, labels } }) => {
      const computeType = labels['eks.amazonaws.com/compute-type'];
      return {
        name,
        os: labels['kubernetes.io/os'] ?? '',
        ...(computeType !== undefined && { computeType }),
      };
    });
  } catch (error) {
    if (isFailureOf(error, 'access-denied')) return undefined;
    throw error;
  }
}
