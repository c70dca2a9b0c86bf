/** What the reader of a plan should know about an upgrade of the Space's release. */
import { countOf } from '../model/count.ts';
import type { Intent } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Release, World } from '../model/world.ts';
import { ROLE_ANNOTATION } from '../space/chart.ts';

/** `others`: hosts outside of the selection that live on the annotation. */
export function staysAnnotated(others: readonly Host[]): readonly string[] {
  if (others.length === 0) return [];
  const names = others.slice(0, 3).map(({ namespace }) => namespace);
  return [
    `${ROLE_ANNOTATION} stays in the Space's values: it is needed by ${countOf(others.length, 'control plane')} outside the selection (${names.join(', ')}${others.length > 3 ? ', …' : ''})`,
  ];
}

/** Flux would undo an upgrade; where its marks on the Deployment are missing, its objects alone tell that it is there. */
export function fluxUnseen({ space: { manager, fluxUnread } }: World): readonly string[] {
  if (fluxUnread === undefined || manager === 'argo-cd' || manager === 'flux') return [];
  return [`whether Flux keeps the Space's release was not looked at: ${fluxUnread}`];
}

/** Unselected control planes get the annotation too, for a role that does not trust them. */
export function unselectedAnnotated({ hosts }: World): readonly string[] {
  const others = hosts.filter(
    ({ controlPlane }) => controlPlane !== undefined && !controlPlane.selected && !controlPlane.deleting,
  );
  if (others.length === 0) return [];
  return [
    `the annotation is for the whole Space: at its next restart, each pod of ${countOf(others.length, 'control plane')} outside the selection gets a role that may not trust it`,
  ];
}

/** `apply` waits for it, within bounds, and then says how to free it; a plan says so before. */
export function busyRelease({ name, namespace, status, revision }: Release): readonly string[] {
  if (!status.startsWith('pending-')) return [];
  return [`Helm release ${namespace}/${name} is busy: revision ${revision} is ${status}`];
}

/** The published rights of a job with Pod Identity hold no upgrade: told before the job is refused it half-way. */
export function upgraderRights(
  job: 'apply' | 'destroy',
  { mechanism: { usesAssociations, identity } }: Desired,
): readonly string[] {
  if (!usesAssociations) return [];
  return [
    `the Space's Helm release has to be upgraded for this: \`mode: ${job}\` needs the rights of permissions/rbac/${job}-irsa.yaml for it, those of ${job}-${identity}.yaml do not reach that far (docs/permissions.md)`,
  ];
}

/** Only `chart-version` asks for one. */
export function versionChange({ version }: Release, { release }: Intent): readonly string[] {
  const asked = release.chartVersion?.replace(/^v/, '');
  const deployed = version.replace(/^v/, '');
  if (asked === undefined || asked === deployed) return [];
  return [`\`chart-version: ${asked}\` upgrades the Space from ${deployed} along with the values`];
}
