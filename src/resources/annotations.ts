/** The annotation on each service account: Spaces writes it some time after its Helm value, and is waited for. */
import { countOf } from '../model/count.ts';
import type { ChangeBy } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { ReleaseView, World } from '../model/world.ts';
import type { AwaitAnnotation } from '../model/write.ts';
import { ANNOTATION_PATH, ROLE_ANNOTATION, valueAt } from '../space/chart.ts';
import { annotated } from '../space/hosts.ts';
import { makeChange } from './change-maker.ts';
import { ownRoleArns } from './own-roles.ts';

export const planAnnotations: Planner = ({ mechanism, intent }, world) => {
  const desired = mechanism.annotation(world.target.roleArn);
  if (desired === null) return { changes: [], warnings: leftOver(intent, world) };
  const changes = world.placed
    .filter(({ serviceAccount }) => serviceAccount !== undefined && annotationOf(serviceAccount) !== desired)
    .map((host) => waitFor(host, { is: desired }, intent));
  return { changes };
};

/** Until the role has gone from a service account, its new pods get it again, whoever sets the value. */
export const removeAnnotations: Planner = ({ intent }: Desired, world) => {
  const own = ownRoleArns(intent, world);
  const changes = world.hosts
    .filter(({ serviceAccount }) => own.has(serviceAccount?.roleArn ?? ''))
    .map((host) => waitFor(host, { isNoneOf: [...own] }, intent));
  return { changes };
};

function annotationOf(serviceAccount: Host['serviceAccount']): string | null {
  return serviceAccount?.roleArn ?? null;
}

function waitFor(
  { name, namespace, serviceAccount: actual }: Host,
  until: AwaitAnnotation['until'],
  { serviceAccount, release: { annotate } }: Intent,
): ChangeBy<'await-annotation'> {
  const [state, itself] = isRemoval(until)
    ? ['still carries the annotation', 'removes']
    : ['does not carry the role yet', 'sets'];
  const brings = isRemoval(until) ? 'Spaces removes it' : 'Spaces sets it';
  const then = `: ${brings}, and after a minute without that, this action ${itself} it there`;
  return makeChange(
    {
      id: `annotation/${namespace}`,
      host: { name, namespace },
      action: 'wait',
      target: `${namespace}/${serviceAccount} ${ROLE_ANNOTATION}`,
      reason: `the service account ${state}${annotate === 'helm' ? then : ''}`,
      before: annotationOf(actual),
      after: 'is' in until ? until.is : null,
      severity: 'availability',
    },
    { op: 'await-annotation', namespace, serviceAccount, until },
  );
}

/**
 * An association wins over the annotation (EKS's webhook looks for it first), so what is left does no harm, and nobody waits for
 * it. Where the Space's values hold it, that is said there.
 */
function leftOver({ release: { annotate } }: Intent, world: World): readonly string[] {
  const { release } = world;
  const isInValues =
    annotate === 'helm' &&
    release.kind === 'found' &&
    valueAt(release.release.values, ANNOTATION_PATH) !== undefined;
  const count = annotated(world).length;
  if (count === 0 || isInValues) return [];
  return [
    `${ROLE_ANNOTATION} is still on ${countOf(count, 'service account')}: it does no harm beside an association, and nobody needs it (\`kubectl annotate serviceaccount NAME --namespace NAMESPACE ${ROLE_ANNOTATION}-\` takes it off)`,
  ];
}

/**
 * What the Space's values say of the annotation, as a clause, when that is not what is waited for: then Spaces can't bring it
 * about. Undefined when they say just that, and when they could not be read.
 */
export function otherValue(until: AwaitAnnotation['until'], view: ReleaseView): string | undefined {
  if (view.kind !== 'found') return undefined;
  const { name, values } = view.release;
  const actual = valueAt(values, ANNOTATION_PATH);
  const isAsked =
    'is' in until ? actual === until.is : typeof actual !== 'string' || !until.isNoneOf.includes(actual);
  if (isAsked) return undefined;
  const says = actual === undefined ? 'hold none' : `name ${JSON.stringify(actual)}`;
  return `the values of release ${name} ${says} for ${ROLE_ANNOTATION}`;
}

/** Whether the annotation has to go rather than to come. */
export function isRemoval(until: AwaitAnnotation['until']): boolean {
  return 'isNoneOf' in until;
}
