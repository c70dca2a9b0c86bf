/** Waits until control planes can be served. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { Host } from '../model/host.ts';
import { observeHosts } from '../observe/again.ts';
import { whyNotReady } from '../space/hosts.ts';
import { isRollingOut, newestPods, whatTheyWaitFor } from '../space/pods.ts';
import { type RefusalWatch, watchRefusals } from '../wait/refused-pods.ts';
import { watchWaitingPods } from '../wait/waiting-pods.ts';
import { waitUntil } from '../wait/wait-until.ts';
import type { ApplyContext } from './context.ts';
import { failed } from './outcomes.ts';
import { NONE_LET_IN, whoRefuses } from './restart-failures.ts';

/**
 * One outcome for each change, in their order, within the bound of every wait. Throws a Failure when the cluster can't be read,
 * and `cancelled`.
 */
export async function awaitControlPlanes(
  changes: readonly ChangeBy<'await-control-plane'>[],
  { read, intent }: ApplyContext,
): Promise<readonly Outcome[]> {
  const names = new Set(changes.map(({ write }) => write.controlPlane));
  const refused = watchRefusals(read.clock);
  const warn = watchWaitingPods(read.log);
  let reasons: ReadonlyMap<string, string> = new Map();
  let refusals: ReadonlyMap<string, Failure> = new Map();
  await waitUntil(read, {
    what: 'control planes to become ready',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const hosts = (await observeHosts(read, intent)).filter(({ name }) => names.has(name));
      warn(hosts.filter(isStarting).flatMap((host) => newestPods(host)));
      refusals = new Map(hosts.flatMap((host) => refusalIn(host, refused) ?? []));
      reasons = new Map(hosts.flatMap((host) => reasonToWait(host) ?? []));
      return new Set([...names].filter((name) => reasons.has(name) && !refusals.has(name)));
    },
  });
  return changes.map(({ write: { controlPlane } }): Outcome => {
    const why = reasons.get(controlPlane);
    const failure =
      refusals.get(controlPlane) ??
      (why === undefined ? undefined : tooLate(controlPlane, why, intent.waitSeconds));
    return failure === undefined ? { status: 'done', wrote: false } : failed(failure, false);
  });
}

type Named<T> = readonly [readonly [name: string, of: T]];

/** Only its pods show what EKS's webhook has given them: a controller that is still coming up can't be judged. */
function reasonToWait(host: Host): Named<string> | undefined {
  const why = whyNotReady(host);
  if (why !== undefined) return [[host.name, why]];
  if (!isStarting(host)) return undefined;
  return [[host.name, `its controller is still coming up${whatTheyWaitFor(host.pods)}`]];
}

function isStarting({ state, deployments }: Host): boolean {
  return state.kind === 'served' && deployments.some(isRollingOut);
}

/** A controller that Kubernetes has refused every new pod for some seconds. */
function refusalIn(host: Host, refused: RefusalWatch): Named<Failure> | undefined {
  if (!isStarting(host)) return undefined;
  // Each of them is asked at each look: the time of a refusal counts from the first.
  const [first] = host.deployments.filter(isRollingOut).flatMap((deployment) => {
    const said = refused(deployment);
    return said === undefined ? [] : [{ deployment, said }];
  });
  if (first === undefined) return undefined;
  const { deployment, said } = first;
  const failure = new Failure('rollout-failed', {
    tried: `wait for control plane ${host.name}`,
    said: `${NONE_LET_IN}: ${said}`,
    next: whoRefuses(deployment.namespace, deployment.name),
  });
  return [[host.name, failure]];
}

function tooLate(controlPlane: string, why: string, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for control plane ${controlPlane}`,
    said: `it was not ready after ${seconds} s: ${why}`,
    next: "Look at the control plane's conditions. Leave it out with `control-planes` or `control-plane-selector`, or raise `wait-timeout`.",
  });
}
