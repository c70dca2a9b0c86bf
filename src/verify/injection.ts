import type { Finding } from '../model/evidence.ts';
import type { ControllerDeployment } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { carriesNothing, identityProblem, newestPods } from '../space/pods.ts';
import { livesWithoutInjection } from '../space/stores.ts';
import type { Judge } from './verify.ts';

/** Every running pod of the controller's newest template carries this role by this mechanism and no other. */
export const injectionCheck: Judge = (target, intent, world) => {
  const { namespace } = target;
  const expect = { identity: intent.identity, roleArn: roleArn(intent, world.cluster) };
  const pods = newestPods(world.workloads, namespace);
  for (const pod of pods) {
    const problem = identityProblem(pod, expect);
    if (problem === undefined) continue;
    const detail = `pod ${pod.name}: ${problem}`;
    if (intent.identity === 'irsa' && carriesNothing(pod) && livesWithoutInjection(world, target)) {
      return { status: 'warn', detail: `${detail}; the stores here do without (auth.jwt)` };
    }
    return { status: 'fail', detail };
  }
  if (pods.length === 0) return withoutPods(world.workloads.deployments, namespace);
  const how = intent.identity === 'irsa' ? `${expect.roleArn} by IRSA` : 'Pod Identity and nothing else';
  return { status: 'pass', detail: `${pods.length} pod${pods.length === 1 ? '' : 's'} with ${how}` };
};

function withoutPods(deployments: readonly ControllerDeployment[], namespace: string): Finding {
  const expected = deployments
    .filter((one) => one.namespace === namespace)
    .reduce((sum, one) => sum + one.replicas, 0);
  return expected === 0
    ? { status: 'warn', detail: 'scaled to zero: no pod to look at' }
    : { status: 'unknown', detail: 'no pod is running' };
}
