/** The tags by which this action knows its own things (contract, Ownership). */
import type { Target } from '../model/target.ts';
import type { Association, Tags } from '../model/world.ts';

export const MANAGED_BY = 'managed-by';
export const MANAGED_BY_VALUE = 'spaces-workload-identity';
export const CLUSTER_TAG = 'spaces-workload-identity:cluster';

/** The tags of everything that this action makes for a cluster, the user's own among them. */
export function ownershipTags({ clusterArn }: Pick<Target, 'clusterArn'>, tags: Tags): Tags {
  return { ...tags, [MANAGED_BY]: MANAGED_BY_VALUE, [CLUSTER_TAG]: clusterArn };
}

/** `ours`: made by this action for this cluster. `another-cluster`: by this action, for another. `unmanaged`: by someone else. */
export type Owner = 'ours' | 'another-cluster' | 'unmanaged';

export function ownerOf(tags: Tags, { clusterArn }: Pick<Target, 'clusterArn'>): Owner {
  if (tags[MANAGED_BY] !== MANAGED_BY_VALUE || tags[CLUSTER_TAG] === undefined) return 'unmanaged';
  return tags[CLUSTER_TAG] === clusterArn ? 'ours' : 'another-cluster';
}

/** An association of ours: with our tags, and not an add-on's. */
export function isOurs(association: Association, target: Target): boolean {
  return association.ownerArn === undefined && ownerOf(association.tags, target) === 'ours';
}

/** The desired tags that are missing or differ; tags of others are left alone and are no drift. */
export function missingTags(desired: Tags, actual: Tags): Tags {
  return Object.fromEntries(Object.entries(desired).filter(([key, value]) => actual[key] !== value));
}
