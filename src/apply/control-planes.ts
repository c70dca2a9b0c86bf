/** Waits until control planes can be served. */
import type { ChangeBy, Outcome } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { Host } from '../model/host.ts';
import { observeHosts } from '../observe/world.ts';
import { whyNotReady } from '../space/hosts.ts';
import { isRollingOut } from '../space/pods.ts';
import { waitUntil } from '../wait/wait-until.ts';
import type { ApplyContext } from './context.ts';
import { failed } from './outcomes.ts';

export async function awaitControlPlanes(
  changes: readonly ChangeBy<'await-control-plane'>[],
  { read, intent }: ApplyContext,
): Promise<readonly Outcome[]> {
  let reasons: ReadonlyMap<string, string> = new Map();
  await waitUntil(read, {
    what: 'control planes to become ready',
    timeoutMs: intent.waitSeconds * 1000,
    look: async () => {
      const hosts = await observeHosts(read, intent);
      reasons = new Map(hosts.flatMap((host) => reasonToWait(host) ?? []));
      return new Set(
        changes.map(({ write }) => write.controlPlane).filter((controlPlane) => reasons.has(controlPlane)),
      );
    },
  });
  return changes.map(({ write }): Outcome => {
    const why = reasons.get(write.controlPlane);
    if (why === undefined) return { status: 'done', wrote: false };
    return failed(tooLate(write.controlPlane, why, intent.waitSeconds), false);
  });
}

/** Only its pods show what EKS's webhook has given them: a controller that is still coming up can't be judged. */
function reasonToWait(host: Host): readonly [readonly [name: string, why: string]] | undefined {
  const why = whyNotReady(host);
  if (why !== undefined) return [[host.name, why]];
  const isStarting = host.state.kind === 'served' && host.deployments.some(isRollingOut);
  return isStarting ? [[host.name, 'its controller is still coming up']] : undefined;
}

function tooLate(controlPlane: string, why: string, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for control plane ${controlPlane}`,
    said: `after ${seconds} s ${why}`,
    next: 'Look at the control plane’s conditions. Leave it out with `control-planes` or `control-plane-selector`, or raise `wait-timeout`.',
  });
}
