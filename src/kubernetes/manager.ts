/** Who keeps the Spaces installation in order: what a `helm upgrade` of ours would fight with. */
import type { Space } from '../model/world.ts';
import { cells, fields, lines, optional, rowTemplate, rows } from './rows.ts';

/** Every Space has this Deployment in the namespace of its Helm release: a cluster without it is no Space. */
export const GUARD_DEPLOYMENT = 'spaces-controller';

const MARKS = [
  '.metadata.annotations.argocd\\.argoproj\\.io/tracking-id',
  '.metadata.annotations.argocd\\.argoproj\\.io/instance',
  '.metadata.labels.argocd\\.argoproj\\.io/instance',
  '.metadata.labels.helm\\.toolkit\\.fluxcd\\.io/name',
  '.metadata.labels.kustomize\\.toolkit\\.fluxcd\\.io/name',
  '.metadata.annotations.meta\\.helm\\.sh/release-name',
];

export function guardArgs(namespace: string): readonly string[] {
  const template = `jsonpath=${cells(['.metadata.name', ...MARKS])}`;
  const name = `deployment.apps/${GUARD_DEPLOYMENT}`;
  return ['get', name, `--namespace=${namespace}`, '--ignore-not-found', '--output', template];
}

const RELEASE_FIELDS = [
  '.metadata.namespace',
  '.metadata.name',
  '.spec.releaseName',
  '.spec.targetNamespace',
  '.spec.storageNamespace',
];

/** Flux' own objects; the caller bears with a cluster that has none or a job that may not list them. */
export const HELM_RELEASES_ARGS: readonly string[] = [
  'get',
  'helmreleases.helm.toolkit.fluxcd.io',
  '--all-namespaces',
  '--output',
  rowTemplate(RELEASE_FIELDS),
];

/** The HelmRelease that owns the release; by default its name is the object's, after the target namespace if one is set. */
function owner(stdout: string, release: string, namespace: string): string | undefined {
  for (const row of rows(stdout, RELEASE_FIELDS.length)) {
    const [at = '', name = '', releaseName, target, storage] = row;
    const prefix = optional(target) === undefined ? '' : `${target}-`;
    const kept = optional(storage) ?? at;
    const wanted = optional(releaseName) ?? `${prefix}${name}`;
    if (wanted === release && (kept === namespace || optional(target) === namespace)) return `${at}/${name}`;
  }
  return undefined;
}

/** The manager by the marks on the guard Deployment; undefined when that Deployment is not there. */
export function parseManager(
  guard: string,
  helmReleases: string,
  release: { readonly name: string; readonly namespace: string },
): Space | undefined {
  const [line] = lines(guard);
  if (line === undefined) return undefined;
  const [name = '', tracking, argoAnnotation, argoLabel, flux, kustomization, helm] = fields(
    line,
    MARKS.length + 1,
  );
  const on = `Deployment ${release.namespace}/${name}`;
  const argo = optional(tracking) ?? optional(argoAnnotation) ?? optional(argoLabel);
  if (argo !== undefined)
    return { manager: 'argo-cd', managerEvidence: `${on} carries Argo CD's mark "${argo}"` };
  const mark = optional(flux) ?? optional(kustomization);
  if (mark !== undefined) return { manager: 'flux', managerEvidence: `${on} carries Flux' label "${mark}"` };
  const fluxOwner = owner(helmReleases, release.name, release.namespace);
  if (fluxOwner !== undefined) {
    return { manager: 'flux', managerEvidence: `HelmRelease ${fluxOwner} installs release ${release.name}` };
  }
  if (optional(helm) !== undefined)
    return { manager: 'helm', managerEvidence: `${on} belongs to Helm release ${helm}` };
  return { manager: 'unknown', managerEvidence: `${on} carries no mark of Helm, Argo CD or Flux` };
}
