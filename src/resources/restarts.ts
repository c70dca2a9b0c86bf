/** Restarts: of controllers with a pod that lacks this role by this mechanism, or may hold credentials from before. */
import { ownRoleArns } from '../desired/own-roles.ts';
import type { Change, ChangeBy } from '../model/change.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import type { PodExpectation } from '../model/write.ts';
import { countOf } from '../model/count.ts';
import { isRestartable, roleStillCarried } from '../space/pods.ts';
import { makeChange } from './change-maker.ts';
import { isOurs } from './ownership.ts';

export const planRestarts: Planner = (desired, world) => {
  const { restart, serviceAccount } = desired.intent;
  const { roleArn } = world.target;
  const problems = world.placed.map((host) => [host, podProblem(host, desired, world)] as const);
  if (restart === 'never')
    return { changes: [], warnings: restartsLeft(problems.flatMap(([host, why]) => (why ? [host] : []))) };
  const always = restart === 'always' ? '`restart: always`' : undefined;
  const expect: PodExpectation = { kind: 'with-role', identity: desired.mechanism.identity, roleArn };
  const after = { identity: expect.identity, roleArn };
  const changes = problems.flatMap(([host, problem]) => {
    const reason = problem ?? always;
    return reason === undefined ? [] : restartsOf(host, serviceAccount, expect, { reason, after });
  });
  return { changes, warnings: pausedOnes(world) };
};

/** What is removed is removed for the whole Space, so every controller of it is looked at. */
export const removeFromPods: Planner = ({ intent }, world) => {
  const stale = world.hosts.flatMap((host) => {
    const expect = withoutRole(host, world);
    const problem = firstProblem(host, (pod) => roleStillCarried(pod, expect));
    return problem === undefined || host.deployments.length === 0 ? [] : [{ host, expect, problem }];
  });
  if (intent.restart === 'never')
    return { changes: [], warnings: restartsLeft(stale.map(({ host }) => host)) };
  const changes = stale.flatMap(({ host, expect, problem }) => {
    const { roleArns, othersAssociation } = expect;
    const after = { identity: 'none', roleArns, othersAssociation };
    return restartsOf(host, intent.serviceAccount, expect, { reason: problem, after });
  });
  return { changes };
};

function podProblem(host: Host, desired: Desired, world: World): string | undefined {
  const { mechanism } = desired;
  return firstProblem(
    host,
    (pod) =>
      mechanism.podProblem(pod, world.target.roleArn) ??
      mechanism.olderCredentials(pod, host, desired, world),
  );
}

function firstProblem(
  { pods }: Host,
  problemOf: (pod: Host['pods'][number]) => string | undefined,
): string | undefined {
  for (const pod of pods) {
    const problem = problemOf(pod);
    if (problem !== undefined) return `pod ${pod.name}: ${problem}`;
  }
  return undefined;
}

function withoutRole(
  { association }: Host,
  world: World,
): Extract<PodExpectation, { readonly kind: 'without-role' }> {
  const othersAssociation = association !== undefined && !isOurs(association, world.target);
  return { kind: 'without-role', roleArns: [...ownRoleArns(world)], othersAssociation };
}

function restartsOf(
  { name, namespace, deployments }: Host,
  serviceAccount: string,
  expect: PodExpectation,
  { reason, after }: Pick<Change, 'reason' | 'after'>,
): readonly ChangeBy<'restart'>[] {
  return deployments.filter(isRestartable).map((deployment) =>
    makeChange(
      {
        id: `restart/${namespace}`,
        address: `restart/${namespace}/${deployment.name}`,
        host: { name, namespace },
        action: 'restart',
        target: `${namespace}/${deployment.name}`,
        reason,
        effect: `restarts ${countOf(deployment.replicas, 'pod')}`,
        after,
        severity: 'availability',
      },
      { op: 'restart', namespace, deployment: deployment.name, serviceAccount, expect },
    ),
  );
}

function restartsLeft(stale: readonly Host[]): readonly string[] {
  if (stale.length === 0) return [];
  const names = stale.map(({ namespace }) => namespace).join(', ');
  return [
    `\`restart: never\` is set: ${countOf(stale.length, 'controller')} will not be restarted, although it is needed: ${names}`,
  ];
}

/** `kubectl rollout restart` refuses a paused Deployment. */
function pausedOnes({ placed }: World): readonly string[] {
  return placed
    .filter(({ deployments }) => deployments.some(({ paused }) => paused))
    .map(
      ({ namespace }) =>
        `the Deployment in ${namespace} is paused and can't be restarted: resume it with \`kubectl rollout resume\``,
    );
}
