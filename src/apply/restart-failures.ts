/** What is said of restarts that went wrong. */
import { Failure } from '../model/failure.ts';
import type { Restart } from '../model/write.ts';

const whereToLook = ({ namespace, deployment }: Restart): string =>
  `Look at it with \`kubectl -n ${namespace} describe deployment ${deployment}\` and at its pods’ events.`;

export function unchanged(restart: Restart): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: 'the Deployment was not changed',
    next: whereToLook(restart),
  });
}

export function progressDeadlineExceeded(restart: Restart): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: 'the Deployment exceeded its progress deadline',
    next: whereToLook(restart),
  });
}

export function tooSlow(restart: Restart, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for the rollout of ${restart.namespace}/${restart.deployment}`,
    said: `it was not complete after ${seconds} s`,
    next: `${whereToLook(restart)} A longer \`wait-timeout\` may do.`,
  });
}

export function missedByWebhook(restart: Restart, problem: string, rounds: number): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment} ${rounds} times`,
    said: problem,
    next: 'EKS’s pod identity webhook did not inject. Check that the cluster’s webhook is healthy, and that the service account’s annotation or association is in force; then run again.',
  });
}

/** With what kubectl said besides. */
export function withWords(failure: Failure, said: string): Failure {
  if (said === '') return failure;
  const { tried, next, said: first } = failure.details;
  return new Failure(failure.reason, { tried, said: `${first}; kubectl said: ${said}`, next });
}
