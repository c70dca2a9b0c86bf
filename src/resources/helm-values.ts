/** The Spaces chart's values: the annotation of IRSA, the switch of Shared Secrets, the pod labels. One upgrade for all of them. */
import type { Blocker, ChangeOf, ValueUpdate } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Release, ReleaseView, World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { ANNOTATION_PATH, POD_LABELS_PATH, ROLE_ANNOTATION, valueAt } from '../space/chart.ts';
import { othersAnnotated, targets } from '../space/targets.ts';
import { together } from './outcomes.ts';
import { change, NOTHING, type Proposal, type Resource } from './resource.ts';
import { serviceAccountsIn } from '../space/lookup.ts';

/** The values that this intent needs set, whoever sets them. */
export function wantedValues(intent: Intent, world: World): readonly ValueUpdate[] {
  const arn = roleArn(intent, world.cluster);
  return [
    ...(intent.identity === 'irsa' ? [{ path: ANNOTATION_PATH, value: arn }] : []),
    { path: intent.release.sharedSecretsValue, value: true },
    ...Object.entries(intent.release.podLabels).map(([key, value]) => ({
      path: [...POD_LABELS_PATH, key],
      value,
    })),
  ];
}

export const helmValues: Resource<'helm-values'> = {
  plan(intent, world) {
    if (intent.release.annotate === 'none') return NOTHING;
    if (world.release.kind === 'unreadable') return unreadable(world.release.why, intent, world);
    if (world.release.kind === 'absent') {
      const changes = missing(undefined, intent, world);
      return { changes, blockers: [notByHelm(intent, world)] };
    }
    const { release } = world.release;
    const obsolete =
      intent.identity === 'pod-identity'
        ? annotationRemoval(release, intent, 'Pod Identity needs no annotation')
        : [];
    const others = obsolete.length === 0 ? [] : othersAnnotated(world);
    const changes = [...missing(release, intent, world), ...(others.length === 0 ? obsolete : [])];
    const warnings = [
      ...versionWarning(changes, release, intent),
      ...staysWarning(others),
      ...busyWarning(changes, release),
      ...partWarning(changes, world),
    ];
    return { ...guard(changes, intent, world), warnings };
  },

  remove(intent, world) {
    if (intent.release.annotate === 'none') return NOTHING;
    const role = roleArn(intent, world.cluster);
    if (world.release.kind !== 'found') {
      const annotated = world.workloads.serviceAccounts.some((one) => one.roleArn === role);
      return annotated ? outOfReach(world.release, intent, world) : NOTHING;
    }
    const { release } = world.release;
    if (valueAt(release.values, ANNOTATION_PATH) !== role) return NOTHING;
    return guard(annotationRemoval(release, intent, 'this action set it'), intent, world);
  },

  async apply(changes, { intent, world, write }) {
    return await together(changes, async () => {
      if (world.release.kind !== 'found') throw new Error('values were planned without a release');
      const deployedVersion = world.release.release.version;
      const updates = changes.map((one) => one.payload);
      await write.helm.upgrade({
        intent: intent.release,
        deployedVersion,
        updates,
        timeoutSeconds: intent.waitSeconds,
      });
    });
  },
};

type ValueChange = ChangeOf<'helm-values'>;

function valueChange(
  id: string,
  release: Release | undefined,
  intent: Intent,
  update: ValueUpdate,
  reason: string,
): ValueChange {
  const before = release === undefined ? undefined : valueAt(release.values, update.path);
  const isAnnotation = id === 'helm/annotation';
  return change('helm-values', update, {
    id,
    action: update.value === null ? 'delete' : before === undefined ? 'create' : 'update',
    target: `${nameOf(intent.release)} ${display(update.path)}`,
    reason,
    effect: isAnnotation ? 'Spaces carries it to every control plane of the Space' : '',
    before: before ?? null,
    after: update.value,
    severity: isAnnotation ? 'security' : 'availability',
  });
}

/** A path as `helm --set` would take it, so it can be looked up. */
function display(path: readonly string[]): string {
  return path.map((key) => key.replaceAll('.', String.raw`\.`)).join('.');
}

function missing(release: Release | undefined, intent: Intent, world: World): readonly ValueChange[] {
  const differs = (update: ValueUpdate): boolean =>
    release === undefined || valueAt(release.values, update.path) !== update.value;
  return wantedValues(intent, world)
    .filter(differs)
    .map((update) => {
      if (update.path === ANNOTATION_PATH) {
        return valueChange(
          'helm/annotation',
          release,
          intent,
          update,
          'the service accounts are not annotated with the role',
        );
      }
      if (update.path === intent.release.sharedSecretsValue) {
        return valueChange('helm/shared-secrets', release, intent, update, 'Shared Secrets is switched off');
      }
      return valueChange('helm/pod-labels', release, intent, update, 'the label is missing or differs');
    });
}

function annotationRemoval(release: Release, intent: Intent, reason: string): readonly ValueChange[] {
  if (valueAt(release.values, ANNOTATION_PATH) === undefined) return [];
  return [valueChange('helm/annotation', release, intent, { path: ANNOTATION_PATH, value: null }, reason)];
}

/** Who owns the release decides whether this action may upgrade it. */
function guard(changes: readonly ValueChange[], intent: Intent, world: World): Proposal {
  const { manager } = world.space;
  if (changes.length === 0 || (manager !== 'argo-cd' && manager !== 'flux')) return { changes };
  return { changes, blockers: [notByHelm(intent, world)] };
}

function notByHelm({ release }: Intent, world: World): Blocker {
  const { manager, managerEvidence } = world.space;
  const target = nameOf(release);
  const message =
    world.release.kind === 'absent'
      ? `there is no Helm release ${target}, and yet Spaces runs here${managerEvidence === '' ? '' : ` (${managerEvidence})`}`
      : `the release is managed by ${manager === 'flux' ? 'Flux' : 'Argo CD'} (${managerEvidence}), which would undo an upgrade`;
  const next =
    'Put the values of the output `helm-values` into the GitOps repository and set `annotate: none`; or name the release with `helm-release` and `helm-namespace`.';
  return { reason: 'gitops-managed', target, message, next };
}

function nameOf(release: Intent['release']): string {
  return `${release.namespace}/${release.name}`;
}

const TO_TAKE_OUT = `${ROLE_ANNOTATION} has to be taken out of its values`;

/** Pod Identity can do without Helm's records, as long as nothing in sight needs a change of values. */
function unreadable(why: string, intent: Intent, world: World): Proposal {
  const annotated = targets(world).some(({ namespace }) =>
    serviceAccountsIn(world.workloads.serviceAccounts, namespace).some((one) => one.roleArn !== undefined),
  );
  if (intent.identity === 'pod-identity' && !annotated) {
    const warning = `the Helm release ${nameOf(intent.release)} could not be read (${why}); its values were not looked at`;
    return { changes: [], warnings: [warning] };
  }
  const need = intent.identity === 'irsa' ? 'IRSA is set up through its values' : TO_TAKE_OUT;
  return { changes: [], blockers: [notReadable(need, why, intent)] };
}

function notReadable(need: string, why: string, { release }: Intent): Blocker {
  return {
    reason: 'access-denied',
    target: nameOf(release),
    message: `the Helm release could not be read, and ${need}: ${why}`,
    next: 'Give the job the rights in permissions/rbac, or set `annotate: none` and set the values yourself.',
  };
}

/** Service accounts carry the role by a value that this action can't take out. */
function outOfReach(view: Exclude<ReleaseView, { kind: 'found' }>, intent: Intent, world: World): Proposal {
  const blocker =
    view.kind === 'absent' ? notByHelm(intent, world) : notReadable(TO_TAKE_OUT, view.why, intent);
  return { changes: [], blockers: [blocker] };
}

function staysWarning(others: readonly string[]): readonly string[] {
  if (others.length === 0) return [];
  return [
    `${ROLE_ANNOTATION} stays in the Space’s values: ${others.length} control planes that are not selected need it (${others.slice(0, 3).join(', ')}${others.length > 3 ? ', …' : ''})`,
  ];
}

/** One annotation for the whole Space: who is not selected gets it too, and a role that turns him away. */
function partWarning(changes: readonly ValueChange[], { controlPlanes }: World): readonly string[] {
  const others = controlPlanes.filter((one) => !one.selected && !one.deleting);
  const annotates = changes.some(({ id, payload }) => id === 'helm/annotation' && payload.value !== null);
  if (others.length === 0 || !annotates) return [];
  return [
    `the annotation is for the whole Space: ${others.length} control planes that are not selected get a role with their next restart that may not trust them`,
  ];
}

/** `apply` waits for it, within bounds, and then says how to free it; a plan says so before. */
function busyWarning(
  changes: readonly ValueChange[],
  { name, namespace, status, revision }: Release,
): readonly string[] {
  if (changes.length === 0 || !status.startsWith('pending-')) return [];
  return [`Helm release ${namespace}/${name} is busy: revision ${revision} is ${status}`];
}

function versionWarning(
  changes: readonly ValueChange[],
  release: Release,
  intent: Intent,
): readonly string[] {
  const asked = intent.release.chartVersion?.replace(/^v/, '');
  const deployed = release.version.replace(/^v/, '');
  if (asked === undefined || asked === deployed || changes.length === 0) return [];
  return [`\`chart-version: ${asked}\` upgrades the Space from ${deployed} along with the values`];
}
