import { rolloutState } from '../space/pods.ts';
import type { Judge } from './verify.ts';
import { deploymentsIn } from '../space/lookup.ts';

/** Every Deployment whose pods use the service account runs its newest template, and nothing older. */
export const rolloutCheck: Judge = ({ namespace }, _intent, world) => {
  const deployments = deploymentsIn(world.workloads.deployments, namespace);
  for (const deployment of deployments) {
    const state = rolloutState(deployment);
    if (state === 'stuck')
      return { status: 'fail', detail: `${deployment.name} exceeded its progress deadline` };
    if (state === 'progressing') {
      return {
        status: 'fail',
        detail: `${deployment.name}: ${deployment.availableReplicas} of ${deployment.replicas} available`,
      };
    }
  }
  const idle = deployments.every((one) => one.replicas === 0);
  return idle
    ? { status: 'warn', detail: 'scaled to zero: nothing runs' }
    : { status: 'pass', detail: deployments.map((one) => `${one.name} complete`).join(', ') };
};
