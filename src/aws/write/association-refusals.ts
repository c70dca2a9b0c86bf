/** Why an association is left as it is: somebody else has changed it, owns it, or EKS does not take a new one yet. */
import { Failure } from '../../model/failure.ts';
import type { Association } from '../../model/world.ts';
import type { PlannedAssociation } from '../../model/write.ts';
import { sameSessionPolicy } from '../../policy/session-policy.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import { seconds } from '../client/retry.ts';
import { changedSince } from './lost-update.ts';

/** The Failure (`plan-changed`) for an association that was deleted after the plan was made. */
export function vanished(call: Call): Failure {
  return new Failure('plan-changed', {
    tried: call.tried,
    said: 'the association is not there any more',
    next: 'Somebody deleted it after the plan was made. Run again to plan from what is there now.',
  });
}

/** Throws `plan-changed` for an association that was changed after the plan was made. `wanted`: as it would be afterwards, which another run may have brought about. */
export function refuseChanged(
  call: Call,
  { id, roleArn, targetRoleArn, sessionPolicy, tags }: Association,
  planned: PlannedAssociation,
  wanted: PlannedAssociation = planned,
): void {
  const isKept = [planned, wanted].some(
    (known) =>
      roleArn === known.roleArn &&
      targetRoleArn === known.targetRoleArn &&
      sameSessionPolicy(sessionPolicy, known.sessionPolicy),
  );
  const changed = Object.keys(planned.tags).filter((key) => {
    const value = tags[key];
    return value !== planned.tags[key] && (value === undefined || value !== wanted.tags[key]);
  });
  if (!isKept || changed.length > 0) throw changedSince(call, `association ${id}`);
}

/** Throws `not-owned` for an association that an add-on owns. */
export function refuseOwned(call: Call, actual: Association): void {
  if (actual.ownerArn === undefined) return;
  throw new Failure('not-owned', {
    tried: call.tried,
    said: `the add-on ${actual.ownerArn} owns ${actual.arn}`,
    next: 'Change it through that add-on; this action never touches it.',
  });
}

/** Throws `not-owned` for an association that somebody has given a session policy after the plan was made. */
export function refuseNarrowed(call: Call, actual: Association): void {
  if (actual.hasPolicy) {
    throw new Failure('not-owned', {
      tried: call.tried,
      said: `${actual.arn} has a session policy, which EKS only takes with session tags off`,
      next: 'Somebody narrowed this association on purpose. Take its policy off, or delete the association, then run again.',
    });
  }
}

/** The Failure (`timed-out`) when EKS refuses a second association but lists none: it still counts a deleted one. */
export function stillCounted(error: unknown, call: Call, waitedMs: number): Failure {
  return new Failure('timed-out', {
    tried: call.tried,
    said: quote(error),
    next: `EKS lists no association of this service account, yet has refused a new one for ${seconds(waitedMs)}: it still counts one that was deleted. Run again later.`,
    cause: error,
  });
}
