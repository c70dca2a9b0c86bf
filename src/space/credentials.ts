/** How long a pod may live on credentials from before its association changed. */
import type { ControllerPod } from '../model/host.ts';
import type { Association, World } from '../model/world.ts';

/**
 * EKS Auth gives sessions of six hours, those of a target role, which are chained, 59 minutes. The agent hands them out by the
 * pod's token, and the SDK keeps them until shortly before their end; a container that starts anew in the same pod gets them
 * again (source of the Pod Identity agent, whose cache has the token for its key).
 */
const SESSION_MS = 6 * 3_600_000;
const CHAINED_MS = 59 * 60_000;

/**
 * EKS Auth may serve what an association was before for some seconds, and its clock and Kubernetes' may differ a little. Shorter
 * than the pause between a change and a restart of this action, so that nobody is restarted twice.
 */
const SPREAD_MS = 5_000;
const SECOND_MS = 1_000;
/** The runner's clock: what is further off than this can't sign a call to AWS. */
const RUNNER_MS = 5 * 60_000;

/**
 * Whether a pod may hold what its association gave before its last change. In doubt it may. `now` is in milliseconds since the
 * epoch, by the runner's clock.
 */
export function mayPredate(
  { createdAt }: Pick<ControllerPod, 'createdAt'>,
  {
    createdAt: madeAt,
    modifiedAt,
    targetRoleArn,
  }: Pick<Association, 'createdAt' | 'modifiedAt' | 'targetRoleArn'>,
  now: number,
): boolean {
  const lasts = targetRoleArn === undefined ? SESSION_MS : CHAINED_MS;
  // Before it was made there was nothing to be served. Kubernetes writes whole seconds.
  const isAsMade = modifiedAt - madeAt < SECOND_MS;
  const since = isAsMade ? Math.floor(madeAt / SECOND_MS) * SECOND_MS : modifiedAt + SPREAD_MS;
  return createdAt < since && now < modifiedAt + lasts + RUNNER_MS;
}

/**
 * When the role of an association was made, where a pod may hold what one gave that had the name before: such sessions end with their
 * role, and the agent goes on handing them out (IAM knows roles by unique ids). Else undefined.
 */
export function newerRole(
  pod: Pick<ControllerPod, 'createdAt'>,
  association: Pick<Association, 'roleArn' | 'targetRoleArn'>,
  { iam: { role }, seenAt }: Pick<World, 'iam' | 'seenAt'>,
): number | undefined {
  if (role?.createdAt === undefined || role.arn !== association.roleArn) return undefined;
  const made = { ...association, createdAt: role.createdAt, modifiedAt: role.createdAt };
  return mayPredate(pod, made, seenAt) ? role.createdAt : undefined;
}
