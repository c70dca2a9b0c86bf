/** Associations as EKS shows them for some time after a change: as they were. */
import type { State } from '../state.ts';
import type { Association, Cluster } from './model.ts';

/** What a list has: a new one late, and a deleted one for some time. */
export function listedAssociations(cluster: Cluster, { settings, now }: State): readonly Association[] {
  const seenUntil = now() - settings.staleAssociationsMs;
  const gone = [...cluster.deleted.values()].filter(({ at }) => at > seenUntil);
  return [
    ...[...cluster.associations.values()].filter(({ createdAt }) => createdAt <= seenUntil),
    ...gone.map(({ association }) => association),
  ];
}

/** A changed one is as before for some time. */
export function asDescribed(
  { cluster, association }: { readonly cluster: Cluster; readonly association: Association },
  { settings, now }: State,
): Association {
  const before = cluster.before.get(association.associationId);
  const isLate = association.modifiedAt > now() - settings.staleAssociationsMs;
  return isLate && before !== undefined ? before : association;
}
