/** The Spaces chart's values: the annotation of IRSA, the switch of Shared Secrets, the pod labels. One upgrade for all of them. */
import { chartValues, type ChartValue } from '../desired/chart-values.ts';
import { needAnnotation } from '../desired/entitlement.ts';
import type { Change, ChangeBy } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Desired, Planner, Proposal } from '../model/desired.ts';
import type { Json } from '../model/json.ts';
import type { Release, World } from '../model/world.ts';
import { ANNOTATION_PATH, valueAt } from '../space/chart.ts';
import { makeChange, NOTHING, unmanaged } from './change-maker.ts';
import { byOwner } from './annotation-owner.ts';
import { managedElsewhere, releaseName, unreadable, valuesOutOfReach } from './release-access.ts';
import {
  busyRelease,
  fluxUnseen,
  staysAnnotated,
  unselectedAnnotated,
  upgraderRights,
  versionChange,
} from './release-warnings.ts';
import { atWork, isHalfTakenOut, unfinished } from './unfinished-upgrade.ts';
import { ownRoleArns } from './own-roles.ts';

type ValueChange = ChangeBy<'set-value'>;
type ReleaseChange = ValueChange | ChangeBy<'upgrade-anew'>;

export const planChartValues: Planner = (desired, world) => {
  const { intent } = desired;
  if (intent.release.annotate === 'none') return NOTHING;
  if (world.release.kind === 'unreadable') return unreadable(world.release, desired, world);
  const values = chartValues(desired, world.target);
  if (world.release.kind === 'absent') {
    const changes = values.map((value) => valueChange(value, undefined, intent));
    return { changes, blockers: [managedElsewhere(intent, world)] };
  }
  const { release } = world.release;
  const { adopted, others } = byOwner(differing(release, desired, world), release, desired, world);
  const kept = adopted.some(({ write }) => write.value === null) ? needAnnotation(desired, world) : [];
  const changes = kept.length === 0 ? adopted : adopted.filter(({ write }) => write.value !== null);
  const annotates = changes.some(({ id, write }) => id === 'helm/annotation' && write.value !== null);
  const warnings = [
    ...(changes.length > 0 ? [...versionChange(release, intent), ...busyRelease(release)] : []),
    ...staysAnnotated(kept),
    ...fluxUnseen(world),
    ...(annotates ? unselectedAnnotated(world) : []),
  ];
  const all = [...changes, ...unfinished(release, intent, changes)];
  const proposal = unlessManagedElsewhere(all, 'apply', desired, world);
  return {
    changes: [...proposal.changes, ...others.changes],
    blockers: [...(proposal.blockers ?? []), ...(others.blockers ?? []), ...atWork(release, changes)],
    warnings: [...warnings, ...(proposal.warnings ?? [])],
  };
};

/** All values that are not as they should be; an annotation that the mechanism has no use for goes. */
function differing(release: Release, desired: Desired, world: World): readonly ValueChange[] {
  const { intent, mechanism } = desired;
  const missing = chartValues(desired, world.target)
    .filter(({ path, value }) => valueAt(release.values, path) !== value)
    .map((value) => valueChange(value, release, intent));
  if (mechanism.annotation(world.target.roleArn) !== null) return missing;
  return [...missing, ...annotationRemoval(release, intent, `${mechanism.name} needs no annotation`)];
}

export const removeChartValues: Planner = (desired, world) => {
  const { intent } = desired;
  if (intent.release.annotate === 'none') return NOTHING;
  const own = ownRoleArns(intent, world);
  if (world.release.kind !== 'found') {
    const isAnnotated = world.hosts.some(({ serviceAccount }) => own.has(serviceAccount?.roleArn ?? ''));
    return isAnnotated ? valuesOutOfReach(world.release, intent, world) : NOTHING;
  }
  const { release } = world.release;
  const actual = valueAt(release.values, ANNOTATION_PATH);
  const isOwn = typeof actual === 'string' && own.has(actual);
  const removal =
    isOwn || isHalfTakenOut(release) ? annotationRemoval(release, intent, 'this action set it') : [];
  const changes = [...removal, ...unfinished(release, intent, removal)];
  const proposal = unlessManagedElsewhere(changes, 'destroy', desired, world);
  const all = [...proposal.changes, ...(isOwn ? [] : ofOthers(actual, intent, world))];
  const blockers = [...(proposal.blockers ?? []), ...atWork(release, removal)];
  return { changes: all, blockers, warnings: [...fluxUnseen(world), ...(proposal.warnings ?? [])] };
};

/** The role of the inputs is somebody's, and so is the annotation that names it. */
function ofOthers(actual: Json | undefined, intent: Intent, { target }: World): readonly Change[] {
  if (actual !== target.roleArn) return [];
  return [
    unmanaged({
      id: 'helm/annotation',
      target: `${releaseName(intent)} ${display(ANNOTATION_PATH)}`,
      reason: "it names a role that does not carry this action's mark",
      before: actual,
      severity: 'security',
    }),
  ];
}

const REASONS: Readonly<Record<ChartValue['id'], string>> = {
  'helm/annotation': 'the service accounts are not annotated with the role',
  'helm/shared-secrets': 'Shared Secrets is switched off in the Space: without it, nothing reads secrets',
  'helm/pod-labels': 'the label is missing or differs',
};

/** `value: null` takes the key out. */
function valueChange(
  { id, path, value }: ChartValue,
  release: Release | undefined,
  intent: Intent,
  reason = REASONS[id],
): ValueChange {
  const before: Json | undefined = release === undefined ? undefined : valueAt(release.values, path);
  const isAnnotation = id === 'helm/annotation';
  const isLabel = id === 'helm/pod-labels';
  return makeChange(
    {
      id,
      address: isLabel ? `${id}/${path.slice(-1).join()}` : id,
      action: value === null ? 'delete' : before === undefined ? 'create' : 'update',
      target: `${releaseName(intent)} ${display(path)}`,
      reason,
      effect: isAnnotation ? 'Spaces carries it to every control plane of the Space' : '',
      before: before ?? null,
      after: value,
      severity: isAnnotation ? 'security' : 'availability',
    },
    { op: 'set-value', path, value, deployedVersion: release?.version ?? '' },
  );
}

/** A path as `helm --set` would take it, so it can be looked up. */
function display(path: readonly string[]): string {
  return path.map((key) => key.replaceAll('.', String.raw`\.`)).join('.');
}

function annotationRemoval(release: Release, intent: Intent, reason: string): readonly ValueChange[] {
  if (valueAt(release.values, ANNOTATION_PATH) === undefined && !isHalfTakenOut(release)) return [];
  const removal: ChartValue = { id: 'helm/annotation', path: ANNOTATION_PATH, value: null };
  return [valueChange(removal, release, intent, reason)];
}

/** Who owns the release decides whether this action may upgrade it. */
function unlessManagedElsewhere(
  changes: readonly ReleaseChange[],
  job: 'apply' | 'destroy',
  desired: Desired,
  world: World,
): Proposal {
  const { manager } = world.space;
  if (changes.length === 0) return { changes };
  if (manager === 'argo-cd' || manager === 'flux')
    return { changes, blockers: [managedElsewhere(desired.intent, world)] };
  return { changes, warnings: upgraderRights(job, desired) };
}
