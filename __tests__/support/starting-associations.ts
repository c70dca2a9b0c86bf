/** Arbitrary associations that a run may find. */
import * as fc from 'fast-check';
import type { Association, Tags } from '../../src/model/world.ts';
import { association } from './factories.ts';
import { ANOTHER_CLUSTERS, HOUR, OTHER_ROLE_ARN, OURS, ROLE_ARN, START } from './names.ts';

export const tags = fc.constantFrom<Tags>(
  OURS,
  { ...OURS, team: 'old' },
  ANOTHER_CLUSTERS,
  {},
  { team: 'someone' },
);
const roleArns = fc.constantFrom(ROLE_ARN, OTHER_ROLE_ARN);
export const TARGET = 'arn:aws:iam::444455556666:role/target';
export const FORMER = 'arn:aws:iam::444455556666:role/former';
/** Where associations go on to: mostly nowhere. */
const goingOn = fc.constantFrom<Pick<Association, 'targetRoleArn'>>(
  {},
  {},
  {},
  { targetRoleArn: TARGET },
  { targetRoleArn: FORMER },
);
const add = (id: string) => ({ ownerArn: `arn:aws:eks:eu-central-1:111122223333:addon/space-prod/x/${id}` });

/** Before the pods were made, after them, and so long ago that no cache holds what was before. */
const changedAt = fc.constantFrom(START - 2 * HOUR, START - 60_000, START - 7 * HOUR);
export function someAssociation(id: string): fc.Arbitrary<Association | undefined> {
  const there = fc
    .record({ tags, roleArn: roleArns, disableSessionTags: fc.boolean(), modifiedAt: changedAt })
    .chain((overrides) => goingOn.map((target) => association(id, { ...overrides, ...target })));
  const narrowed = fc
    .record({ tags, roleArn: roleArns })
    .map((overrides) => association(id, { ...overrides, hasPolicy: true, disableSessionTags: true }));
  const owned = roleArns.map((roleArn) => association(id, { ...add(id), roleArn, tags: {} }));
  const ours = fc
    .tuple(changedAt, goingOn)
    .map(([modifiedAt, target]) => association(id, { modifiedAt, ...target }));
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 3, arbitrary: ours },
    there,
    narrowed,
    owned,
  );
}
