import { roleArn } from '../policy/arn.ts';
import type { Judge } from './verify.ts';
import { associationsIn } from '../space/lookup.ts';

/** An association points the service account to the role. Whoever made it: what counts here is that it works. */
export const associationCheck: Judge = ({ namespace }, intent, world) => {
  const wanted = roleArn(intent, world.cluster);
  const [there] = associationsIn(world.associations, namespace);
  if (there === undefined) return { status: 'fail', detail: 'there is no association' };
  if (there.roleArn !== wanted)
    return { status: 'fail', detail: `${there.id} points to ${there.roleArn}, not ${wanted}` };
  if (there.targetRoleArn !== undefined)
    return { status: 'fail', detail: `${there.id} gives the pods a target role, ${there.targetRoleArn}` };
  if (there.hasPolicy)
    return { status: 'warn', detail: `${there.id} has a session policy that narrows the role` };
  return { status: 'pass', detail: `${there.id} points to ${wanted}` };
};
