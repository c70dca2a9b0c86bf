/** New pods that Kubernetes lets not in, by pod security, a webhook or a quota: waiting for them is in vain after some seconds. */
import type { ControllerDeployment } from '../model/host.ts';
import type { Clock } from '../model/ports.ts';
import { refusalOf } from '../space/pods.ts';

/** A webhook that is itself just starting refuses for a moment, and the ReplicaSet tries again at growing intervals. */
const GRACE_MS = 15_000;

/** Asked at each look: what is said to a Deployment's new pods once it has been refused to them for some seconds. */
export type RefusalWatch = (deployment: ControllerDeployment) => string | undefined;

/** Its memory begins with the first look at each Deployment. */
export function watchRefusals(clock: Clock): RefusalWatch {
  const since = new Map<string, number>();
  return (deployment) => {
    const key = `${deployment.namespace}/${deployment.name}`;
    const refusal = refusalOf(deployment);
    const begun = refusal === undefined ? undefined : (since.get(key) ?? clock.now());
    if (begun === undefined) {
      since.delete(key);
      return undefined;
    }
    since.set(key, begun);
    return clock.now() - begun >= GRACE_MS ? refusal : undefined;
  };
}
