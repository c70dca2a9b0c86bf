/** More associations than a cluster holds: found before anything is written. */
import { countOf } from '../model/count.ts';
import type { Blocker, Change } from '../model/change.ts';
import type { World } from '../model/world.ts';

/** Of all service accounts of a cluster. A published text of AWS of 2024 says 1,000, not adjustable; what it is today is not certain. */
const QUOTA = 5_000;

/** Only those of the workload's service account are known here: with others, EKS may refuse before. */
export function associationsTooMany(
  changes: readonly Change[],
  { hosts, target }: Pick<World, 'hosts' | 'target'>,
): readonly Blocker[] {
  const made = changes.filter(({ write }) => write?.op === 'create-association').length;
  const there = hosts.filter(({ association }) => association !== undefined).length;
  if (made === 0 || there + made <= QUOTA) return [];
  return [
    {
      reason: 'quota-exceeded',
      target: target.clusterArn,
      message: `with ${countOf(made, 'new association')} the cluster would have ${there + made} for this service account, EKS allows ${QUOTA} in a cluster`,
      next: 'Ways out: `identity: irsa` with `trust-scope: pattern`, which needs no associations; or serve fewer control planes with `control-planes`.',
    },
  ];
}
