/** What is ours, by the marks that it carries. */
import { CLUSTER_TAG, MANAGED_BY, MANAGED_BY_VALUE, marksOf } from './marks.ts';
import type { Intent } from '../model/config.ts';
import type { Target } from '../model/target.ts';
import type { Association, Tags } from '../model/world.ts';
import { differingTags, tagValue, type TagService } from '../policy/tags.ts';

/** The tags of everything that this action makes for a cluster, the user's own among them. */
export function ownershipTags(target: Pick<Target, 'clusterArn'>, tags: Tags): Tags {
  return { ...tags, ...marksOf(target) };
}

/** `ours`: made by this action for this cluster. `another-cluster`: by this action, for another. `unmanaged`: by someone else. */
export type Owner = 'ours' | 'another-cluster' | 'unmanaged';

/** Whose a thing in IAM is, by its tags. */
export function ownerOf(tags: Tags, target: Pick<Target, 'clusterArn'>): Owner {
  return ownerBy(tags, target, 'iam');
}

function ownerBy(tags: Tags, { clusterArn }: Pick<Target, 'clusterArn'>, service: TagService): Owner {
  const cluster = tagValue(tags, CLUSTER_TAG, service);
  if (tagValue(tags, MANAGED_BY, service) !== MANAGED_BY_VALUE || cluster === undefined) return 'unmanaged';
  return cluster === clusterArn ? 'ours' : 'another-cluster';
}

/** An association of ours: with our tags, and not an add-on's. */
export function isOurs(association: Association, target: Target): boolean {
  return association.ownerArn === undefined && ownerBy(association.tags, target, 'eks') === 'ours';
}

/** Whether a run may take over an association that is not ours. */
export function isAdoptable({ ownerArn }: Association, { adopt }: Pick<Intent, 'adopt'>): boolean {
  return adopt && ownerArn === undefined;
}

/** Whether a run may put right what is wrong with an association: ours or to be adopted, and not narrowed by somebody. */
export function isChangeable(
  association: Association,
  intent: Pick<Intent, 'adopt'>,
  target: Target,
): boolean {
  return (isOurs(association, target) || isAdoptable(association, intent)) && !association.hasPolicy;
}

/** The desired tags that a thing in IAM lacks or has otherwise; tags of others are left alone and are no drift. */
export function missingTags(desired: Tags, actual: Tags): Tags {
  return differingTags(desired, actual, 'iam');
}

/** The same of an association. */
export function missingAssociationTags(desired: Tags, actual: Tags): Tags {
  return differingTags(desired, actual, 'eks');
}
