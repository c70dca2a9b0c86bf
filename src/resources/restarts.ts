/** Restarts: of controllers with a pod that lacks this role by this mechanism, or may hold credentials from before. */
import type { Change, ChangeBy } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { ControllerDeployment, ControllerPod, Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import type { PodExpectation } from '../model/write.ts';
import { countOf } from '../model/count.ts';
import { isOf, isRestartable, roleStillCarried } from '../space/pods.ts';
import { makeChange } from './change-maker.ts';
import { isOurs } from '../desired/ownership.ts';
import { ownRoleArns } from './own-roles.ts';

export const planRestarts: Planner = (desired, world) => {
  const { restart, serviceAccount } = desired.intent;
  const { roleArn } = world.target;
  const stale = world.placed.map((host) =>
    withProblems(host, (pod) => podProblem(pod, host, desired, world)),
  );
  if (restart === 'never') return { changes: [], warnings: restartsLeft(stale) };
  const expect: PodExpectation = { kind: 'with-role', identity: desired.mechanism.identity, roleArn };
  const after = { identity: expect.identity, roleArn };
  const changes = stale.flatMap(({ host, problems }) =>
    host.deployments.flatMap((deployment) => {
      const reason = problemOf(deployment, problems);
      if (reason !== undefined) return restartOf(host, deployment, serviceAccount, { reason, after }, expect);
      // What is restarted on demand is as it should be.
      const onDemand = { reason: '`restart: always`', after, drift: false };
      return restart === 'always' ? restartOf(host, deployment, serviceAccount, onDemand, expect) : [];
    }),
  );
  return { changes, warnings: [...pausedOnes(world.placed), ...strayPods(stale)] };
};

/** What is removed is removed for the whole Space, so every controller of it is looked at. */
export const removeFromPods: Planner = ({ intent }, world) => {
  const stale = world.hosts.map((host) => {
    const expect = withoutRole(host, intent, world);
    return { expect, ...withProblems(host, (pod) => roleStillCarried(pod, expect)) };
  });
  if (intent.restart === 'never') return { changes: [], warnings: restartsLeft(stale) };
  const changes = stale.flatMap(({ host, expect, problems }) => {
    const { roleArns, othersAssociation } = expect;
    const after = { identity: 'none', roleArns, othersAssociation };
    return host.deployments.flatMap((deployment) => {
      const reason = problemOf(deployment, problems);
      return reason === undefined
        ? []
        : restartOf(host, deployment, intent.serviceAccount, { reason, after }, expect);
    });
  });
  const left = stale.filter(({ problems }) => problems.length > 0).map(({ host }) => host);
  return { changes, warnings: [...pausedOnes(left), ...strayPods(stale)] };
};

/** A host, and its pods that are not as they should be. */
interface Stale {
  readonly host: Host;
  readonly problems: readonly (readonly [pod: ControllerPod, problem: string])[];
}

function withProblems(host: Host, problemIn: (pod: ControllerPod) => string | undefined): Stale {
  const problems = host.pods.flatMap((pod) => {
    const problem = problemIn(pod);
    return problem === undefined ? [] : [[pod, problem] as const];
  });
  return { host, problems };
}

function podProblem(pod: ControllerPod, host: Host, desired: Desired, world: World): string | undefined {
  const { mechanism } = desired;
  return (
    mechanism.podProblem(pod, world.target.roleArn) ?? mechanism.olderCredentials(pod, host, desired, world)
  );
}

/** Why a Deployment is to be restarted: that brings new pods in the place of its own, and of no others. */
function problemOf(deployment: ControllerDeployment, problems: Stale['problems']): string | undefined {
  const first = problems.find(([pod]) => isOf(deployment, pod));
  return first === undefined ? undefined : `pod ${first[0].name}: ${first[1]}`;
}

function withoutRole(
  { association }: Host,
  intent: Intent,
  world: World,
): Extract<PodExpectation, { readonly kind: 'without-role' }> {
  const othersAssociation = association !== undefined && !isOurs(association, world.target);
  return { kind: 'without-role', roleArns: [...ownRoleArns(intent, world)], othersAssociation };
}

function restartOf(
  { name, namespace }: Host,
  deployment: ControllerDeployment,
  serviceAccount: string,
  draft: Pick<Change, 'reason' | 'after'> & Partial<Pick<Change, 'drift'>>,
  expect: PodExpectation,
): readonly ChangeBy<'restart'>[] {
  if (!isRestartable(deployment)) return [];
  return [
    makeChange(
      {
        id: `restart/${namespace}`,
        address: `restart/${namespace}/${deployment.name}`,
        host: { name, namespace },
        action: 'restart',
        target: `${namespace}/${deployment.name}`,
        effect: `restarts ${countOf(deployment.replicas, 'pod')}`,
        severity: 'availability',
        ...draft,
      },
      { op: 'restart', namespace, deployment: deployment.name, serviceAccount, expect },
    ),
  ];
}

function restartsLeft(all: readonly Stale[]): readonly string[] {
  const stale = all.filter(({ host, problems }) => problems.length > 0 && host.deployments.length > 0);
  if (stale.length === 0) return [];
  const names = stale.map(({ host: { namespace } }) => namespace).join(', ');
  return [
    `\`restart: never\` is set: ${countOf(stale.length, 'controller')} will not be restarted, although it is needed: ${names}`,
  ];
}

/** `kubectl rollout restart` refuses a paused Deployment. */
function pausedOnes(hosts: readonly Host[]): readonly string[] {
  return hosts
    .filter(({ deployments }) => deployments.some(({ paused }) => paused))
    .map(
      ({ namespace }) =>
        `the Deployment in ${namespace} is paused and can't be restarted: resume it with \`kubectl rollout resume\``,
    );
}

/** Others under the same service account: no restart of a controller puts them right. */
function strayPods(all: readonly Stale[]): readonly string[] {
  return all.flatMap(({ host, problems }) => {
    const strays = problems.filter(([pod]) => !host.deployments.some((deployment) => isOf(deployment, pod)));
    return strays.map(
      ([{ name }, problem]) =>
        `pod ${name} in ${host.namespace} runs under the service account and belongs to none of its controllers, so it is not restarted: ${problem}`,
    );
  });
}
