/** What is said of restarts that went wrong. */
import { countOf } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import type { Restart } from '../model/write.ts';

const LOOK_AT_THE_WEBHOOK =
  "EKS's pod identity webhook did not inject. Check that the cluster's webhook is healthy, and that the service account's annotation or association is in force; then run again.";

const LOOK_WHAT_IS_LEFT =
  "EKS's pod identity webhook still injects. See what gives the role again: an annotation that somebody puts back on the service account, or an association that was made meanwhile; take it away, then run again.";

const whatToLookAt = ({ expect }: Restart): string =>
  expect.kind === 'with-role' ? LOOK_AT_THE_WEBHOOK : LOOK_WHAT_IS_LEFT;

type Place = Pick<Restart, 'namespace' | 'deployment'>;

const whereToLook = ({ namespace, deployment }: Place): string =>
  `Look at it with \`kubectl -n ${namespace} describe deployment ${deployment}\` and at its pods' events.`;

/** The restart was asked for, and the Deployment's template stayed as it was. */
export function unchanged(restart: Restart): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: 'the Deployment was not changed',
    next: whereToLook(restart),
  });
}

/** It was there when the plan was made. */
export function deleted(restart: Restart): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: 'the Deployment does not exist any more: it was deleted while this run was under way',
    next: 'Was its control plane deleted? Then run again: the next run takes away what is left of it.',
  });
}

/** As the start of a clause: what was said follows. */
export const NONE_LET_IN = 'Kubernetes lets no new pod in';

/** What to do where Kubernetes refuses a Deployment's new pods. */
export function whoRefuses(namespace: string, deployment: string): string {
  return `See who refuses them: the pod security of namespace ${namespace}, an admission webhook, or a quota. ${whereToLook({ namespace, deployment })}`;
}

/** `said`: Kubernetes' own words. */
export function podsRefused(restart: Restart, said: string): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: `${NONE_LET_IN}: ${said}; the old pods go on`,
    next: whoRefuses(restart.namespace, restart.deployment),
  });
}

/** `waiting`: what its pods wait for, as the end of a sentence. */
export function progressDeadlineExceeded(restart: Restart, waiting: string): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: `the Deployment exceeded its progress deadline${waiting}`,
    next: whereToLook(restart),
  });
}

/** `waiting`: what its pods wait for, as the end of a sentence. */
export function tooSlow(restart: Restart, seconds: number, waiting: string): Failure {
  return new Failure('timed-out', {
    tried: `wait for the rollout of ${restart.namespace}/${restart.deployment}`,
    said: `it was not complete after ${seconds} s${waiting}`,
    next: `${whereToLook(restart)} A longer \`wait-timeout\` may do.`,
  });
}

/** `problem`: what a new pod lacked in the last dry run, after `seconds` of waiting. */
export function notInForce(restart: Restart, problem: string, seconds: number): Failure {
  const waited = seconds === 0 ? '' : `, also after ${seconds} s of waiting`;
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment}`,
    said: `a new pod would not come as it should (${problem})${waited}, so it was not restarted; its pods go on`,
    next: whatToLookAt(restart),
  });
}

/** `problem`: what new pods lacked after so many restarts. */
export function missedByWebhook(restart: Restart, problem: string, rounds: number): Failure {
  return new Failure('rollout-failed', {
    tried: `restart ${restart.namespace}/${restart.deployment} ${countOf(rounds, 'time')}`,
    said: problem,
    next: whatToLookAt(restart),
  });
}

/** With what kubectl said besides. */
export function withWords(failure: Failure, said: string): Failure {
  if (said === '') return failure;
  const { tried, next, said: first } = failure.details;
  return new Failure(failure.reason, { tried, said: `${first}; kubectl said: ${said}`, next });
}
