/** Check `association`: one points the service account to the role. Ownership is not checked here. */
import { sameSessionPolicy } from '../policy/session-policy.ts';
import type { CheckFunction } from '../model/desired.ts';

export const checkAssociation: CheckFunction = (host, desired, { target }) => {
  const { association } = host;
  const { intent, mechanism } = desired;
  if (association === undefined) return { status: 'fail', detail: 'there is no association' };
  const { id, roleArn, targetRoleArn, externalId, hasPolicy } = association;
  const wanted = intent.targetRoleArn;
  if (roleArn !== target.roleArn)
    return { status: 'fail', detail: `${id} points to ${roleArn}, not ${target.roleArn}` };
  if (targetRoleArn !== wanted)
    return targetRoleArn === undefined
      ? { status: 'fail', detail: `${id} does not go on to the target role ${wanted}` }
      : { status: 'fail', detail: `${id} gives the pods a target role, ${targetRoleArn}` };
  if (hasPolicy) return { status: 'warn', detail: `${id} has a session policy that narrows the role` };
  if (!sameSessionPolicy(association.sessionPolicy, mechanism.sessionPolicy?.(host, desired)))
    return {
      status: 'fail',
      detail:
        association.sessionPolicy === undefined
          ? `${id} has no session policy: nothing but its tags could tell its pods from those of others`
          : `the session policy of ${id} is another one than the inputs ask for`,
    };
  const points = `${id} points to ${target.roleArn}`;
  if (targetRoleArn === undefined) return { status: 'pass', detail: points };
  const by = externalId === undefined ? '' : `, whose trust policy can ask for external id ${externalId}`;
  return { status: 'pass', detail: `${points} and goes on to ${targetRoleArn}${by}` };
};
