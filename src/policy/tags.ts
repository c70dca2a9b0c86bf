/** Tags compared as AWS compares them. */
import type { Tags } from '../model/world.ts';

/** Whose tags they are: IAM knows no case in keys, EKS does. Values have case in both (IAM and EKS user guides, tagging). */
export type TagService = 'iam' | 'eks';

/** The value under a key, however the service lets the key be spelt. */
export function tagValue(tags: Tags, key: string, service: TagService): string | undefined {
  if (service === 'eks') return tags[key];
  const caseless = key.toLowerCase();
  return Object.entries(tags).find(([name]) => name.toLowerCase() === caseless)?.[1];
}

/** The tags that are missing or have another value; what there is besides is no difference. */
export function differingTags(desired: Tags, actual: Tags, service: TagService): Tags {
  return Object.fromEntries(
    Object.entries(desired).filter(([key, value]) => tagValue(actual, key, service) !== value),
  );
}
