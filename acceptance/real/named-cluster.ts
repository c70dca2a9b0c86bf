/** A cluster that is there already: only one that says that it may be used. */
import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { pricesPerHour } from '../frame/costs.ts';
import { MARK } from '../make/names.ts';
import type { ClusterPort } from '../ports.ts';

export function namedClusterPort(eks: EKSClient, clusterName: string): ClusterPort {
  return {
    announcement: [
      `nothing but secrets, roles and objects in cluster ${clusterName}`,
      ...pricesPerHour(false),
    ],
    byHand: undefined,
    have: () => refuseUnmarked(eks, clusterName),
    remove: () => Promise.resolve(),
  };
}

/** The run deletes associations, roles and namespaces. */
export async function refuseUnmarked(eks: EKSClient, name: string): Promise<void> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  if (cluster?.tags?.[MARK] !== 'true')
    throw new Error(
      `Cluster ${name} has no tag ${MARK}=true. The script removes things: it takes only a cluster that is there for this alone, and says so by that tag.`,
    );
}
