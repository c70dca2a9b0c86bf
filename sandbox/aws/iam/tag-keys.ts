/** Tags of IAM: their keys know no case. */
import type { Tags } from './model.ts';

/** Tag keys compare without case. */
export const caseless = (key: string): string => key.toLowerCase();

/** Tags with others added. Keys know no case: one that is there in another spelling is replaced (IAM user guide, tags). */
export function withTags(tags: Tags, added: Tags): Tags {
  return { ...withoutTags(tags, Object.keys(added)), ...added };
}

/** Tags without some keys, in whatever spelling. */
export function withoutTags(tags: Tags, keys: string[]): Tags {
  const gone = new Set(keys.map(caseless));
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(caseless(key))));
}
