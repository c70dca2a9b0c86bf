/** The marks by which this action knows its own things (contract, Ownership). */
import type { Association, Cluster, Tags } from '../model/world.ts';

export const MANAGED_BY = 'managed-by';
export const MANAGED_BY_VALUE = 'spaces-workload-identity';
export const CLUSTER_MARK = 'spaces-workload-identity:cluster';

/** The tags of everything that this action makes for a cluster, the user's own among them. */
export function marked(cluster: Cluster, tags: Tags): Tags {
  return { ...tags, [MANAGED_BY]: MANAGED_BY_VALUE, [CLUSTER_MARK]: cluster.arn };
}

/** `ours`: made by this action for this cluster. `another-cluster`: by this action, for another. `unmarked`: by someone else. */
export type Owner = 'ours' | 'another-cluster' | 'unmarked';

export function ownerOf(tags: Tags, cluster: Cluster): Owner {
  if (tags[MANAGED_BY] !== MANAGED_BY_VALUE || tags[CLUSTER_MARK] === undefined) return 'unmarked';
  return tags[CLUSTER_MARK] === cluster.arn ? 'ours' : 'another-cluster';
}

/** An association of ours: with our marks, and not an add-on's. */
export function isOurs(association: Association, cluster: Cluster): boolean {
  return association.ownerArn === undefined && ownerOf(association.tags, cluster) === 'ours';
}

/** The wanted tags that are missing or differ; tags of others are left alone and are no drift. */
export function missingTags(wanted: Tags, there: Tags): Tags {
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => there[key] !== value));
}
