/** Check `rollout`: every Deployment whose pods use the service account runs its newest template, and nothing older. */
import type { CheckFunction } from '../model/desired.ts';
import { refusalOf, rolloutState, whatTheyWaitFor } from '../space/pods.ts';

export const checkRollout: CheckFunction = ({ deployments, pods }) => {
  for (const deployment of deployments) {
    const { name, availableReplicas, replicas } = deployment;
    const state = rolloutState(deployment);
    const refusal = refusalOf(deployment);
    if (refusal !== undefined)
      return { status: 'fail', detail: `${name}: Kubernetes lets no new pod in: ${refusal}` };
    const waiting = whatTheyWaitFor(pods);
    if (state === 'stuck')
      return { status: 'fail', detail: `${name} exceeded its progress deadline${waiting}` };
    if (state === 'progressing')
      return { status: 'fail', detail: `${name}: ${availableReplicas} of ${replicas} available${waiting}` };
  }
  const isIdle = deployments.every(({ replicas }) => replicas === 0);
  return isIdle
    ? { status: 'warn', detail: 'scaled to zero: nothing runs' }
    : { status: 'pass', detail: deployments.map(({ name }) => `${name} complete`).join(', ') };
};
