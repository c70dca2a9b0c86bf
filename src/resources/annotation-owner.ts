/** Whose role the Space's annotation names: another one than ours is somebody's, and is taken over only by `adopt: true`. */
import type { ChangeBy } from '../model/change.ts';
import type { Desired, Proposal } from '../model/desired.ts';
import type { Release, World } from '../model/world.ts';
import { ANNOTATION_PATH, ROLE_ANNOTATION, valueAt } from '../space/chart.ts';
import { unmanaged } from './change-maker.ts';

type ValueChange = ChangeBy<'set-value'>;

/** Apart: the changes that this action may make, and what is said of the one that it may not. */
export function byOwner(
  changes: readonly ValueChange[],
  release: Release,
  { intent, mechanism }: Desired,
  { target }: World,
): { readonly adopted: readonly ValueChange[]; readonly others: Proposal } {
  const actual = valueAt(release.values, ANNOTATION_PATH);
  const replaced = changes.find(({ id }) => id === 'helm/annotation');
  const isOthers = typeof actual === 'string' && actual !== '' && actual !== target.roleArn;
  if (replaced === undefined || !isOthers || intent.adopt)
    return { adopted: changes, others: { changes: [] } };
  const message = `${ROLE_ANNOTATION} names another role, ${actual}`;
  const seen = unmanaged({
    id: replaced.id,
    target: replaced.target,
    reason: message,
    before: actual,
    severity: 'security',
  });
  const adopted = changes.filter((change) => change !== replaced);
  // Where the mechanism needs no annotation, it does no harm: an association wins.
  if (mechanism.annotation(target.roleArn) === null) return { adopted, others: { changes: [seen] } };
  const next =
    'The control planes of this Space use that role. Set `adopt: true` to give them this one instead, or keep that role with `role-arn`.';
  return {
    adopted,
    others: {
      changes: [seen],
      blockers: [{ reason: 'not-owned', target: replaced.target, message, next }],
    },
  };
}
