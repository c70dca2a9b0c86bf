/** The annotation on each service account. Spaces writes it, some time after its Helm value: here it is only waited for. */
import type { AnnotationWait, ChangeOf, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { Failure } from '../model/failure.ts';
import type { ServiceAccount, World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { othersAnnotated, targets } from '../space/targets.ts';
import { change, NOTHING, type Proposal, type Resource } from './resource.ts';
import { waitUntil } from '../wait/wait-until.ts';
import { serviceAccountsIn } from '../space/lookup.ts';

export const annotation: Resource<'annotation'> = {
  plan(intent, world) {
    const wanted = intent.identity === 'irsa' ? roleArn(intent, world.cluster) : null;
    if (wanted === null && intent.release.annotate === 'none') return leftOver(world);
    // One value for the whole Space: it is left for others, and does no harm where an association wins.
    if (wanted === null && othersAnnotated(world).length > 0) return NOTHING;
    const served = new Set(targets(world).map((one) => one.namespace));
    const changes = world.workloads.serviceAccounts
      .filter((there) => served.has(there.namespace) && (there.roleArn ?? null) !== wanted)
      .map((there) => waitFor(there, { is: wanted }, intent));
    return { changes: inOrder(changes) };
  },

  /** Whoever sets the value: until it has gone from a service account, its new pods get the role again. */
  remove(intent, world) {
    const ours = roleArn(intent, world.cluster);
    const changes = world.workloads.serviceAccounts
      .filter((there) => there.roleArn === ours)
      .map((there) => waitFor(there, { isNot: ours }, intent));
    return { changes: inOrder(changes) };
  },

  async apply(changes, workshop) {
    const { read, intent } = workshop;
    const isOpen = async (): Promise<ReadonlySet<string>> => {
      const seen = new Map(
        (await read.kubernetes.serviceAccounts(intent.serviceAccount)).map((one) => [one.namespace, one]),
      );
      return new Set(
        changes
          .filter(({ payload }) => !isThere(seen.get(payload.namespace)?.roleArn ?? null, payload.until))
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
      return { id, status: 'failed', failure: late(payload, intent) };
    });
  },
};

function waitFor(
  there: ServiceAccount,
  until: AnnotationWait['until'],
  { serviceAccount }: Intent,
): ChangeOf<'annotation'> {
  const { namespace } = there;
  const state = isRemoval(until) ? 'still carries the annotation' : 'does not carry the role yet';
  const payload = { namespace, serviceAccount, until };
  return change('annotation', payload, {
    id: `annotation/${namespace}`,
    action: 'wait',
    target: `${namespace}/${serviceAccount} ${ROLE_ANNOTATION}`,
    reason: `the service account ${state}`,
    before: there.roleArn ?? null,
    after: 'is' in until ? until.is : null,
    severity: 'availability',
  });
}

/** Someone else owns the value, and an association wins over the annotation: it does no harm, so nobody waits for it. */
function leftOver(world: World): Proposal {
  const annotated = targets(world).filter(({ namespace }) =>
    serviceAccountsIn(world.workloads.serviceAccounts, namespace).some((one) => one.roleArn !== undefined),
  );
  if (annotated.length === 0) return NOTHING;
  const warning = `${annotated.length} service accounts still carry ${ROLE_ANNOTATION}: take it out of the Space’s values`;
  return { changes: [], warnings: [warning] };
}

function inOrder(changes: readonly ChangeOf<'annotation'>[]): readonly ChangeOf<'annotation'>[] {
  return changes.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function isThere(value: string | null, until: AnnotationWait['until']): boolean {
  return 'is' in until ? value === until.is : value !== until.isNot;
}

function isRemoval(until: AnnotationWait['until']): boolean {
  return 'isNot' in until || until.is === null;
}

function late({ namespace, until }: AnnotationWait, { waitSeconds, release }: Intent): Failure {
  const byOthers = `Someone else sets the values: ${isRemoval(until) ? `take ${ROLE_ANNOTATION} out of them` : 'give them what the output `helm-values` has'}, then run again.`;
  const bySpaces =
    'Spaces carries the value there. Look at the logs of spaces-controller and at the control plane’s conditions; a longer `wait-timeout` may do.';
  return new Failure('timed-out', {
    tried: `wait for ${ROLE_ANNOTATION} on the service account of ${namespace}`,
    said: `it had not ${isRemoval(until) ? 'gone' : 'arrived'} after ${waitSeconds} s`,
    next: release.annotate === 'none' ? byOthers : bySpaces,
  });
}
