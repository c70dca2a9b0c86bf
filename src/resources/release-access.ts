/** Why the Space's release can't be read or upgraded by this action, and what to do instead. */
import type { Blocker } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Desired, Proposal } from '../model/desired.ts';
import type { ReleaseView, World } from '../model/world.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';
import { annotated } from '../space/hosts.ts';

type UnreadRelease = Extract<ReleaseView, { readonly kind: 'unreadable' }>;

/** `namespace/name`. */
export function releaseName({ release }: Intent): string {
  return `${release.namespace}/${release.name}`;
}

/** GitOps owns the release, or it is no Helm release at all. */
export function managedElsewhere(intent: Intent, { release, space }: World): Blocker {
  const { manager, managerEvidence } = space;
  const target = releaseName(intent);
  const evidence = managerEvidence === '' ? '' : ` (${managerEvidence})`;
  const message =
    release.kind === 'absent'
      ? `there is no Helm release ${target}, and yet Spaces runs here${evidence}`
      : `the release is managed by ${manager === 'flux' ? 'Flux' : 'Argo CD'}${evidence}, which would undo an upgrade`;
  const next =
    'Put the values of the output `helm-values` into the GitOps repository and set `annotate: none`; or name the release with `helm-release` and `helm-namespace`.';
  return { reason: 'gitops-managed', target, message, next };
}

const TO_TAKE_OUT = `${ROLE_ANNOTATION} has to be taken out of its values`;

/** A mechanism without an annotation can do without Helm's records, as long as nothing in sight needs a change of values. */
export function unreadable(release: UnreadRelease, { intent, mechanism }: Desired, world: World): Proposal {
  const needsAnnotation = mechanism.annotation(world.target.roleArn) !== null;
  if (!needsAnnotation && annotated(world).length === 0) {
    const warning = `the Helm release ${releaseName(intent)} could not be read (${release.why}); its values were not looked at`;
    return { changes: [], warnings: [warning] };
  }
  const need = needsAnnotation ? `${mechanism.name} is set up through its values` : TO_TAKE_OUT;
  return { changes: [], blockers: [notReadable(need, release, intent)] };
}

function notReadable(need: string, { why, next }: UnreadRelease, intent: Intent): Blocker {
  return {
    reason: 'access-denied',
    target: releaseName(intent),
    message: `the Helm release could not be read, and ${need}: ${why}`,
    next: `${next} Or set \`annotate: none\` and set the values yourself.`,
  };
}

/** Service accounts carry the role by a value that this action can't take out. */
export function valuesOutOfReach(
  release: Exclude<ReleaseView, { readonly kind: 'found' }>,
  intent: Intent,
  world: World,
): Proposal {
  const blocker =
    release.kind === 'absent' ? managedElsewhere(intent, world) : notReadable(TO_TAKE_OUT, release, intent);
  return { changes: [], blockers: [blocker] };
}
