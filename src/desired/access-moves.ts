/** What is on its way from the access policy that there is to the desired one: until then sessions read by the former. */
import type { Desired } from '../model/desired.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import type { Assumable } from '../policy/access-policy.ts';
import { conditionsEqual, tellsSessionsApart } from '../policy/equivalence.ts';
import { formerTargets, losesRoles } from './assumable.ts';
import { untaggedCondition } from './session-policy.ts';

/**
 * Pods that move to the desired mechanism, pods whose sessions get or lose their session policy, or associations that move to
 * another target role.
 */
export type AccessMove = 'mechanism' | 'sessions' | 'target';

/** What moves depend on besides the two policies. */
export interface MoveContext {
  readonly desired: Desired;
  readonly world: World;
  /** Hosts whose pods leave the other mechanism during this run. */
  readonly moving: readonly Host[];
  /** What may be assumed by the desired policy. */
  readonly assumes: Assumable;
}

/** What moves between the two policies; undefined when nothing does. */
export function movesBetween(
  actual: PolicyDocument,
  final: PolicyDocument,
  { desired, world, moving, assumes }: MoveContext,
): AccessMove | undefined {
  const { mechanism, otherMechanism } = desired;
  // A run that was ended before its restarts has left these: what gave them the role is gone.
  const unfinished = world.placed.filter((host) =>
    host.pods.some((pod) => otherMechanism.readsOn(pod, host)),
  );
  if (changesMechanism(desired, [...moving, ...unfinished], actual, final)) return 'mechanism';
  const hasNarrowed = mechanism.sessionPolicy !== undefined || hasUntaggedReads(actual, world.target);
  if (hasNarrowed && world.placed.some((host) => withOlderSessions(host, desired, world).length > 0))
    return 'sessions';
  return formerTargets(assumes, world, actual).length > 0 ? 'target' : undefined;
}

/** What is the same for all sessions is the same by either mechanism, but for the tags that they take on to another role. */
function changesMechanism(
  desired: Desired,
  moving: readonly Host[],
  actual: PolicyDocument,
  final: PolicyDocument,
): boolean {
  if (moving.length === 0) return false;
  return desired.grants.own.length > 0 || tellsSessionsApart(actual) || losesRoles(desired, actual, final);
}

/** The pods of the host that have the role by a session of another form than the desired one. */
export function withOlderSessions(host: Host, desired: Desired, world: World): readonly ControllerPod[] {
  const { mechanism } = desired;
  return host.pods.filter(
    (pod) =>
      mechanism.podHasRole(pod, host, world.target.roleArn) &&
      mechanism.olderCredentials(pod, host, desired, world) !== undefined,
  );
}

/** Whether a policy has what sessions read that a session policy narrows. */
export function hasUntaggedReads({ Statement }: PolicyDocument, target: Target): boolean {
  const condition = untaggedCondition(target);
  return Statement.some((statement) => conditionsEqual(statement.Condition ?? {}, condition));
}
