/** An upgrade of the Space's release that a run of this action began: left half way, or still at work. */
import type { Blocker, ChangeBy } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Release } from '../model/world.ts';
import { ANNOTATION_PATH, isNullAt } from '../space/chart.ts';
import { makeChange } from './change-maker.ts';
import { releaseName } from './release-access.ts';

/**
 * What of it has reached the cluster is in no revision that counts; and as long as one is left pending, nobody can upgrade the Space.
 * The plan goes by the revision that Helm builds on. An upgrade for another reason (`others`) does all of it.
 */
export function unfinished(
  { begun, status, revision, deployedRevision, version }: Release,
  intent: Intent,
  others: readonly unknown[],
): readonly ChangeBy<'upgrade-anew'>[] {
  if (begun?.isOver !== true || others.length > 0) return [];
  return [
    makeChange(
      {
        // What such an upgrade leaves behind, for all that the action knows.
        id: 'helm/annotation',
        address: 'helm/annotation/anew',
        action: 'update',
        target: releaseName(intent),
        reason: `its upgrade to revision ${revision}, begun by a run of this action, ${status === 'failed' ? 'failed' : 'did not end'}`,
        effect: `the Space gets what revision ${deployedRevision} says once more, whatever of that upgrade has reached the cluster`,
        severity: 'availability',
      },
      { op: 'upgrade-anew', revision, deployedVersion: version },
    ),
  ];
}

/**
 * When an upgrade has taken a key out, Helm (4.3.1, seen) writes `null` for it into the record of the revision before, too. That one
 * counts again only after an upgrade that was killed, or failed: then the key has to be taken out once more, or the chart's schema refuses the `null`.
 */
export function isHalfTakenOut({ begun, values }: Release): boolean {
  return begun?.isOver === true && isNullAt(values, ANNOTATION_PATH);
}

/** No revision counts as deployed in the last moment of an upgrade: what a plan would go by may be there or not. */
export function atWork(
  { begun, name, namespace, revision, deployedRevision }: Release,
  changes: readonly unknown[],
): readonly Blocker[] {
  if (changes.length === 0 || begun === undefined || begun.isOver || deployedRevision !== revision) return [];
  const until = new Date(begun.untilMs).toISOString();
  return [
    {
      reason: 'release-busy',
      target: `${namespace}/${name}`,
      message: `its upgrade to revision ${revision}, begun by a run of this action, has not ended yet`,
      next: `Run again when that run has ended. If it was killed, run again after ${until}: then the upgrade is done anew.`,
    },
  ];
}
