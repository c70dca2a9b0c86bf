/** Check `pod-identity-injected`: every running pod of the controller carries this role by this mechanism and nothing before it. */
import type { CheckFunction } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { countOf } from '../model/count.ts';
import { carriesNothing, livesWithoutInjection } from '../space/pods.ts';

export const checkInjection: CheckFunction = (host, { mechanism }, { target }) => {
  // Those of an older template, too: as long as they run, they read.
  const { pods } = host;
  for (const pod of pods) {
    const problem = mechanism.podProblem(pod, target.roleArn);
    if (problem !== undefined) return failing(pod, problem, carriesNothing(pod), host, mechanism);
  }
  for (const pod of pods) {
    const problem = preferred(pod, mechanism);
    if (problem !== undefined) return failing(pod, problem, true, host, mechanism);
  }
  if (pods.length === 0) return withoutPods(host);
  const doubt = pods.map(doubtful).find((one) => one !== undefined);
  return (
    doubt ?? {
      status: 'pass',
      detail: `${countOf(pods.length, 'pod')} with ${mechanism.carried(target.roleArn)}`,
    }
  );
};

/** `isExcused`: it is nothing to stores that take tokens themselves. */
function failing(
  { name }: ControllerPod,
  problem: string,
  isExcused: boolean,
  host: Host,
  { worksWithoutInjection }: Mechanism,
): Finding {
  const detail = `pod ${name}: ${problem}`;
  if (worksWithoutInjection && isExcused && livesWithoutInjection(host))
    return {
      status: 'warn',
      detail: `${detail}; the stores of this control plane sign in without it (\`auth.jwt\`)`,
    };
  return { status: 'fail', detail };
}

/** What the SDK takes before the mechanism's credentials, in words. */
export function preferred(
  { otherSources }: ControllerPod,
  { name, isPreferred }: Mechanism,
): string | undefined {
  const sources = otherSources.filter(isPreferred);
  if (sources.length === 0) return undefined;
  const verb = sources.length === 1 ? 'is' : 'are';
  return `the SDK prefers ${sources.join(', ')}, which ${verb} set in its environment, to ${name}`;
}

/** Where the SDK would look if the mechanism gave nothing, and what may hold something before it. */
function doubtful({ name, otherSources, unreadSources }: ControllerPod): Finding | undefined {
  const unread = unreadSources.join(', ');
  const doubts = [
    ...(otherSources.length > 0
      ? [`${otherSources.join(', ')} is set in its environment, where the SDK looks next`]
      : []),
    ...(unread === '' ? [] : [`what the SDK prefers may be in ${unread}, which is not read`]),
  ];
  return doubts.length === 0 ? undefined : { status: 'warn', detail: `pod ${name}: ${doubts.join('; ')}` };
}

/** The finding for a controller without a running pod. */
export function withoutPods({ deployments }: Pick<Host, 'deployments'>): Finding {
  const expected = deployments.reduce((sum, { replicas }) => sum + replicas, 0);
  return expected === 0
    ? { status: 'warn', detail: 'scaled to zero: no pod to look at' }
    : { status: 'unknown', detail: 'no pod is running' };
}
