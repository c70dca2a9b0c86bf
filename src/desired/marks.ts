/** The tags by which this action knows its own things. */
import type { Target } from '../model/target.ts';
import type { Tags } from '../model/world.ts';

export const MANAGED_BY = 'managed-by';
export const MANAGED_BY_VALUE = 'spaces-workload-identity';
export const CLUSTER_TAG = 'spaces-workload-identity:cluster';

/** On everything that this action has made for a cluster. */
export function marksOf({ clusterArn }: Pick<Target, 'clusterArn'>): Tags {
  return { [MANAGED_BY]: MANAGED_BY_VALUE, [CLUSTER_TAG]: clusterArn };
}
