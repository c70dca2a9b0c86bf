import { roleArn } from '../policy/arn.ts';
import { identityProblem, livePods } from '../space/pods.ts';
import type { Judge } from './verify.ts';

/** Every running pod of the controller carries this role by this mechanism and no other. */
export const injectionCheck: Judge = ({ namespace }, intent, world) => {
  const expect = { identity: intent.identity, roleArn: roleArn(intent, world.cluster) };
  const pods = livePods(world.workloads, namespace);
  for (const pod of pods) {
    const problem = identityProblem(pod, expect);
    if (problem !== undefined) return { status: 'fail', detail: `pod ${pod.name}: ${problem}` };
  }
  const expected = world.workloads.deployments
    .filter((one) => one.namespace === namespace)
    .reduce((sum, one) => sum + one.replicas, 0);
  if (pods.length === 0) {
    return expected === 0
      ? { status: 'warn', detail: 'scaled to zero: no pod to look at' }
      : { status: 'unknown', detail: 'no pod is running' };
  }
  const how = intent.identity === 'irsa' ? `${expect.roleArn} by IRSA` : 'Pod Identity and nothing else';
  return { status: 'pass', detail: `${pods.length} pod${pods.length === 1 ? '' : 's'} with ${how}` };
};
