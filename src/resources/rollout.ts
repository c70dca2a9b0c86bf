/** Restarts: only of controllers with a running pod that lacks this role by this mechanism, then looked at again. */
import type { ChangeOf, Expectation, Outcome, RestartSpec } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Failure } from '../model/failure.ts';
import type { World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { carriesNothing, identityProblem, isRestartable, livePods } from '../space/pods.ts';
import { livesWithoutInjection } from '../space/stores.ts';
import { type Target, targets } from '../space/targets.ts';
import { isOurs } from './ownership.ts';
import { rollOut } from './roll-out.ts';
import { change, type Proposal, type Resource } from './resource.ts';
import { associationsIn, deploymentsIn } from '../space/lookup.ts';

export const rollout: Resource<'rollout'> = {
  plan(intent, world) {
    const expect = { identity: intent.identity, roleArn: roleArn(intent, world.cluster) };
    if (intent.restart === 'never') return neverRestart(intent, expect, world);
    const changes = targets(world).flatMap((target) => {
      const { namespace } = target;
      const problem = isSpared(intent, world, target) ? undefined : firstProblem(world, namespace, expect);
      const always = intent.restart === 'always' ? '`restart: always`' : undefined;
      const reason = problem ?? always;
      if (reason === undefined) return [];
      return restartsOf(world, namespace, intent, expect, reason);
    });
    return { changes, warnings: pausedOnes(world) };
  },

  /** What is removed is removed for the whole Space, so every controller of it is looked at. */
  remove(intent, world) {
    const stale = [...new Set(world.workloads.deployments.map((one) => one.namespace))].flatMap(
      (namespace) => {
        const expect = withoutOurs(intent, world, namespace);
        const problem = firstProblem(world, namespace, expect);
        return problem === undefined ? [] : [{ namespace, expect, problem }];
      },
    );
    if (intent.restart === 'never') return { changes: [], warnings: restartsLeft(stale) };
    const changes = stale.flatMap(({ namespace, expect, problem }) =>
      restartsOf(world, namespace, intent, expect, problem),
    );
    return { changes };
  },

  async apply(changes, workshop) {
    const problems = await rollOut(
      changes.map((one) => one.payload),
      workshop,
    );
    return changes.map((one) => outcomeOf(one, problems));
  },
};

/** Pods without any identity, which no store there has a use for: not worth a restart. */
function isSpared({ identity }: Intent, world: World, target: Target): boolean {
  const pods = livePods(world.workloads, target.namespace);
  return identity === 'irsa' && pods.every(carriesNothing) && livesWithoutInjection(world, target);
}

function withoutOurs(intent: Intent, world: World, namespace: string): Expectation {
  const others = associationsIn(world.associations, namespace).filter((one) => !isOurs(one, world.cluster));
  return { identity: 'none', roleArn: roleArn(intent, world.cluster), othersAssociation: others.length > 0 };
}

function outcomeOf({ id, payload }: ChangeOf<'rollout'>, problems: ReadonlyMap<string, Failure>): Outcome {
  const failure = problems.get(payload.namespace);
  return failure === undefined ? { id, status: 'done' } : { id, status: 'failed', failure };
}

function firstProblem(world: World, namespace: string, expect: Expectation): string | undefined {
  for (const pod of livePods(world.workloads, namespace)) {
    const problem = identityProblem(pod, expect);
    if (problem !== undefined) return `pod ${pod.name}: ${problem}`;
  }
  return undefined;
}

function restartsOf(
  world: World,
  namespace: string,
  intent: Intent,
  expect: Expectation,
  reason: string,
): readonly ChangeOf<'rollout'>[] {
  return deploymentsIn(world.workloads.deployments, namespace)
    .filter(isRestartable)
    .map((deployment) => {
      const payload: RestartSpec = {
        namespace,
        deployment: deployment.name,
        serviceAccount: intent.serviceAccount,
        expect,
      };
      return change('rollout', payload, {
        id: `restart/${namespace}`,
        action: 'restart',
        target: `${namespace}/${deployment.name}`,
        reason,
        effect: `restarts ${deployment.replicas} pod${deployment.replicas === 1 ? '' : 's'}`,
        after: expect,
        severity: 'availability',
      });
    });
}

function neverRestart(intent: Intent, expect: Expectation, world: World): Proposal {
  const stale = targets(world).filter(
    (target) =>
      !isSpared(intent, world, target) && firstProblem(world, target.namespace, expect) !== undefined,
  );
  return { changes: [], warnings: restartsLeft(stale) };
}

function restartsLeft(stale: readonly { readonly namespace: string }[]): readonly string[] {
  if (stale.length === 0) return [];
  const names = stale.map((one) => one.namespace).join(', ');
  return [`${stale.length} controllers need a restart, and \`restart: never\` is set: ${names}`];
}

/** `kubectl rollout restart` refuses a paused Deployment. */
function pausedOnes(world: World): readonly string[] {
  const paused = targets(world).filter(({ namespace }) =>
    deploymentsIn(world.workloads.deployments, namespace).some((one) => one.paused),
  );
  return paused.map(
    ({ namespace }) =>
      `the Deployment in ${namespace} is paused and can't be restarted: resume it with \`kubectl rollout resume\``,
  );
}
