/** Check `association`: one points the service account to the role. Ownership is not checked here. */
import type { CheckFunction } from '../model/desired.ts';

export const checkAssociation: CheckFunction = ({ association }, _desired, { target }) => {
  if (association === undefined) return { status: 'fail', detail: 'there is no association' };
  const { id, roleArn, targetRoleArn, hasPolicy } = association;
  if (roleArn !== target.roleArn)
    return { status: 'fail', detail: `${id} points to ${roleArn}, not ${target.roleArn}` };
  if (targetRoleArn !== undefined)
    return { status: 'fail', detail: `${id} gives the pods a target role, ${targetRoleArn}` };
  if (hasPolicy) return { status: 'warn', detail: `${id} has a session policy that narrows the role` };
  return { status: 'pass', detail: `${id} points to ${target.roleArn}` };
};
