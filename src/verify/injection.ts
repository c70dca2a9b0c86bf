/** Check `pod-identity-injected`: every running pod of the newest template carries this role by this mechanism and no other. */
import type { CheckFunction } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import { counted } from '../space/hosts.ts';
import { carriesNothing, livesWithoutInjection, newestPods } from '../space/pods.ts';

export const checkInjection: CheckFunction = (host, { mechanism }, { target }) => {
  const pods = newestPods(host);
  for (const pod of pods) {
    const problem = mechanism.podProblem(pod, target.roleArn);
    if (problem === undefined) continue;
    const detail = `pod ${pod.name}: ${problem}`;
    if (mechanism.worksWithoutInjection && carriesNothing(pod) && livesWithoutInjection(host))
      return { status: 'warn', detail: `${detail}; the stores here do without (auth.jwt)` };
    return { status: 'fail', detail };
  }
  if (pods.length === 0) return withoutPods(host);
  return {
    status: 'pass',
    detail: `${counted(pods.length, 'pod')} with ${mechanism.carried(target.roleArn)}`,
  };
};

/** Of a controller without a running pod. */
export function withoutPods({ deployments }: Host): Finding {
  const expected = deployments.reduce((sum, { replicas }) => sum + replicas, 0);
  return expected === 0
    ? { status: 'warn', detail: 'scaled to zero: no pod to look at' }
    : { status: 'unknown', detail: 'no pod is running' };
}
