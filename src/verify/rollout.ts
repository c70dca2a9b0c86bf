/** Check `rollout`: every Deployment whose pods use the service account runs its newest template, and nothing older. */
import type { CheckFunction } from '../model/desired.ts';
import { rolloutState } from '../space/pods.ts';

export const checkRollout: CheckFunction = ({ deployments }) => {
  for (const deployment of deployments) {
    const { name, availableReplicas, replicas } = deployment;
    const state = rolloutState(deployment);
    if (state === 'stuck') return { status: 'fail', detail: `${name} exceeded its progress deadline` };
    if (state === 'progressing')
      return { status: 'fail', detail: `${name}: ${availableReplicas} of ${replicas} available` };
  }
  const isIdle = deployments.every(({ replicas }) => replicas === 0);
  return isIdle
    ? { status: 'warn', detail: 'scaled to zero: nothing runs' }
    : { status: 'pass', detail: deployments.map(({ name }) => `${name} complete`).join(', ') };
};
