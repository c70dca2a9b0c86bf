/** The annotation on each service account. Spaces writes it, some time after its Helm value: here it is only waited for. */
import type { ChangeOf, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { Failure } from '../model/failure.ts';
import type { ServiceAccount, World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { displayName, othersAnnotated, targets } from '../space/targets.ts';
import { change, NOTHING, type Proposal, type Resource } from './resource.ts';
import { waitUntil } from './wait.ts';

export const annotation: Resource<'annotation'> = {
  plan(intent, world) {
    const wanted = intent.identity === 'irsa' ? roleArn(intent, world.cluster) : null;
    if (wanted === null && intent.release.annotate === 'none') return leftOver(world);
    // One value for the whole Space: it is left for others, and does no harm where an association wins.
    if (wanted === null && othersAnnotated(world).length > 0) return NOTHING;
    return { changes: waits(intent, world, wanted, (there) => (there.roleArn ?? null) !== wanted) };
  },

  remove(intent, world) {
    if (intent.release.annotate === 'none') return NOTHING;
    const ours = roleArn(intent, world.cluster);
    return { changes: waits(intent, world, null, (there) => there.roleArn === ours) };
  },

  async apply(changes, workshop) {
    const { read, intent } = workshop;
    const isOpen = async (): Promise<ReadonlySet<string>> => {
      const seen = new Map(
        (await read.kubernetes.serviceAccounts(intent.serviceAccount)).map((one) => [one.namespace, one]),
      );
      return new Set(
        changes
          .filter(({ payload }) => (seen.get(payload.namespace)?.roleArn ?? null) !== payload.roleArn)
          .map(({ payload }) => payload.namespace),
      );
    };
    const open = await waitUntil(read, {
      what: 'the annotation on the service accounts',
      timeoutMs: intent.waitSeconds * 1000,
      look: isOpen,
    });
    workshop.identityChangedAt = read.clock.now();
    return changes.map(({ id, payload }): Outcome => {
      if (!open.has(payload.namespace)) return { id, status: 'done' };
      return { id, status: 'failed', failure: late(payload.namespace, intent.waitSeconds) };
    });
  },
};

function waits(
  intent: Intent,
  world: World,
  wanted: string | null,
  isOff: (there: ServiceAccount) => boolean,
): readonly ChangeOf<'annotation'>[] {
  return targets(world).flatMap(({ namespace, controlPlane }) => {
    const there = world.workloads.serviceAccounts.find((one) => one.namespace === namespace);
    if (there === undefined || !isOff(there)) return [];
    const state = wanted === null ? 'still carries the annotation' : 'does not carry the role yet';
    const payload = { namespace, serviceAccount: intent.serviceAccount, roleArn: wanted };
    return [
      change('annotation', payload, {
        id: `annotation/${namespace}`,
        action: 'wait',
        target: `${namespace}/${intent.serviceAccount} ${ROLE_ANNOTATION}`,
        reason: `the service account of ${displayName(controlPlane)} ${state}`,
        before: there.roleArn ?? null,
        after: wanted,
        severity: 'availability',
      }),
    ];
  });
}

/** Someone else owns the value, and an association wins over the annotation: it does no harm, so nobody waits for it. */
function leftOver(world: World): Proposal {
  const annotated = targets(world).filter(({ namespace }) =>
    world.workloads.serviceAccounts.some((one) => one.namespace === namespace && one.roleArn !== undefined),
  );
  if (annotated.length === 0) return NOTHING;
  const warning = `${annotated.length} service accounts still carry ${ROLE_ANNOTATION}: take it out of the Space’s values`;
  return { changes: [], warnings: [warning] };
}

function late(namespace: string, seconds: number): Failure {
  return new Failure('timed-out', {
    tried: `wait for ${ROLE_ANNOTATION} on the service account of ${namespace}`,
    said: `it had not arrived after ${seconds} s`,
    next: 'Spaces carries the value there. Look at the logs of spaces-controller and at the control plane’s conditions; a longer `wait-timeout` may do.',
  });
}
