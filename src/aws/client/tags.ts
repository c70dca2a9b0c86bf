import type { Tags } from '../../model/world.ts';

interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** IAM's list of pairs as a record. */
export function fromPairs(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
  );
}

export function toPairs(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
