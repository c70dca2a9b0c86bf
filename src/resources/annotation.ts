/** The annotation on each service account. Spaces writes it, some time after its Helm value: here it is only waited for. */
import type { Outcome } from '../model/change.ts';
import { Failure } from '../model/failure.ts';
import type { World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { displayName, targets } from '../space/targets.ts';
import { change, NOTHING, type Proposal, type Resource } from './resource.ts';
import { waitUntil } from './wait.ts';

export const annotation: Resource<'annotation'> = {
  plan(intent, world) {
    const wanted = intent.identity === 'irsa' ? roleArn(intent, world.cluster) : null;
    if (wanted === null && intent.release.annotate === 'none') return leftOver(world);
    const changes = targets(world).flatMap(({ namespace, controlPlane }) => {
      const there = world.workloads.serviceAccounts.find((one) => one.namespace === namespace);
      if (there === undefined || (there.roleArn ?? null) === wanted) return [];
      const reason =
        wanted === null
          ? `the service account of ${displayName(controlPlane)} still carries the annotation`
          : `the service account of ${displayName(controlPlane)} does not carry the role yet`;
      return [
        change(
          'annotation',
          { namespace, serviceAccount: intent.serviceAccount, roleArn: wanted },
          {
            id: `annotation/${namespace}`,
            action: 'wait',
            target: `${namespace}/${intent.serviceAccount} ${ROLE_ANNOTATION}`,
            reason,
            before: there.roleArn ?? null,
            after: wanted,
            severity: 'availability',
          },
        ),
      ];
    });
    return { changes };
  },

  remove: () => NOTHING,

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
