/** Control planes that can't be served yet: waited for, then served by a second pass over the world. */
import type { Outcome } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { Intent } from '../model/config.ts';
import type { Readers } from '../model/ports.ts';
import type { ControlPlane, World } from '../model/world.ts';
import { mapControlPlanes } from '../space/control-planes.ts';
import { isRollingOut } from '../space/pods.ts';
import { displayName, missingWorkload, targets } from '../space/targets.ts';
import { change, NOTHING, type Resource } from './resource.ts';
import { waitUntil } from '../wait/wait-until.ts';

export const controlPlane: Resource<'control-plane'> = {
  plan(_intent, world) {
    const changes = notReadyOnes(world.controlPlanes, world).map(({ one, why }) =>
      change(
        'control-plane',
        { group: one.group, name: one.name },
        {
          id: `control-plane/${displayName(one)}`,
          action: 'wait',
          target: displayName(one),
          reason: why,
          effect: 'it is served once it is ready',
          severity: 'availability',
          drift: false,
        },
      ),
    );
    return { changes };
  },

  remove: () => NOTHING,

  async apply(changes, { read, intent, world }) {
    let reasons: ReadonlyMap<string, string> = new Map();
    await waitUntil(read, {
      what: 'control planes to become ready',
      timeoutMs: intent.waitSeconds * 1000,
      look: async () => {
        const notReady = await lookAgain(read, intent, world);
        reasons = new Map(notReady.map(({ one, why }) => [`control-plane/${displayName(one)}`, why]));
        return new Set(changes.map((one) => one.id).filter((id) => reasons.has(id)));
      },
    });
    return changes.map(({ id, target }): Outcome => {
      const why = reasons.get(id);
      if (why === undefined) return { id, status: 'done' };
      return { id, status: 'failed', failure: late(target, why, intent.waitSeconds) };
    });
  },
};

interface NotReady {
  readonly one: ControlPlane;
  readonly why: string;
}

function notReadyOnes(controlPlanes: readonly ControlPlane[], world: World): readonly NotReady[] {
  return controlPlanes
    .filter((one) => one.selected)
    .flatMap((one) => {
      const why =
        one.namespace === undefined
          ? one.notReady
          : missingWorkload(world, { controlPlane: one, namespace: one.namespace });
      return why === undefined ? [] : [{ one, why }];
    });
}

async function lookAgain(read: Readers, intent: Intent, world: World): Promise<readonly NotReady[]> {
  const { serviceAccount, selection } = intent;
  const [facts, workloads] = await Promise.all([
    read.kubernetes.space(spaceQuery(intent)),
    read.kubernetes.workloads(serviceAccount),
  ]);
  const controlPlanes = mapControlPlanes(facts, selection);
  const now = { ...world, controlPlanes, namespaces: facts.namespaces, workloads };
  return [...notReadyOnes(controlPlanes, now), ...startingOnes(now)];
}

/** Only its pods show what EKS's webhook has given them: a controller that is still coming up can't be judged. */
function startingOnes(world: World): readonly NotReady[] {
  const starting = new Set(world.workloads.deployments.filter(isRollingOut).map((one) => one.namespace));
  return targets(world)
    .filter(({ namespace }) => starting.has(namespace))
    .map(({ controlPlane: one }) => ({ one, why: 'its controller is still coming up' }));
}

/** What to ask the API server about the Space. */
export function spaceQuery({
  serviceAccount,
  selection,
  release,
}: Intent): Parameters<Readers['kubernetes']['space']>[0] {
  return {
    serviceAccount,
    namespace: release.namespace,
    controlPlanes: selection.namespaces.length === 0,
    ...(selection.selector !== undefined && { selector: selection.selector }),
  };
}

function late(target: string, why: string, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for control plane ${target}`,
    said: `after ${seconds} s ${why}`,
    next: 'Look at the control plane’s conditions. Leave it out with `control-planes` or `control-plane-selector`, or raise `wait-timeout`.',
  });
}
