/** Tells which tool manages the Spaces installation: a `helm upgrade` of ours would conflict with Argo CD and Flux. */
import type { Space } from '../../model/world.ts';
import { nonEmpty, objectTemplate, rowTemplate, rows } from './rows.ts';
import type { Row } from './rows.ts';

/** Every Space has this Deployment in the namespace of its Helm release: a cluster without it has no Space. */
export const SPACES_DEPLOYMENT = 'spaces-controller';

const DEPLOYMENT = {
  name: '.metadata.name',
  tracking: '.metadata.annotations.argocd\\.argoproj\\.io/tracking-id',
  argoAnnotation: '.metadata.annotations.argocd\\.argoproj\\.io/instance',
  argoLabel: '.metadata.labels.argocd\\.argoproj\\.io/instance',
  flux: '.metadata.labels.helm\\.toolkit\\.fluxcd\\.io/name',
  kustomization: '.metadata.labels.kustomize\\.toolkit\\.fluxcd\\.io/name',
  helm: '.metadata.annotations.meta\\.helm\\.sh/release-name',
};

export function spacesDeploymentArgs(namespace: string): readonly string[] {
  const name = `deployment.apps/${SPACES_DEPLOYMENT}`;
  return [
    'get',
    name,
    `--namespace=${namespace}`,
    '--ignore-not-found',
    '--output',
    objectTemplate(DEPLOYMENT),
  ];
}

const HELM_RELEASE = {
  namespace: '.metadata.namespace',
  name: '.metadata.name',
  release: '.spec.releaseName',
  target: '.spec.targetNamespace',
  storage: '.spec.storageNamespace',
};

/** Flux' own objects; the caller tolerates a cluster that has none and a job that may not list them. */
export const HELM_RELEASES_ARGS: readonly string[] = [
  'get',
  'helmreleases.helm.toolkit.fluxcd.io',
  '--all-namespaces',
  '--output',
  rowTemplate(HELM_RELEASE),
];

interface InstalledRelease {
  readonly name: string;
  readonly namespace: string;
}

/** Whether the HelmRelease owns the release; by default that has its name, after the target namespace if one is set. */
function owns(row: Row<keyof typeof HELM_RELEASE>, { name, namespace }: InstalledRelease): boolean {
  const target = row('target');
  const releaseName = nonEmpty(row('release')) ?? (target === '' ? row('name') : `${target}-${row('name')}`);
  const storage = nonEmpty(row('storage')) ?? row('namespace');
  return releaseName === name && (storage === namespace || target === namespace);
}

/** The manager, told from labels and annotations of the Deployment; undefined when there is no such Deployment. */
export function parseManager(
  deployment: string,
  helmReleases: string,
  release: InstalledRelease,
): Space | undefined {
  const [row] = rows(deployment, DEPLOYMENT);
  if (row === undefined) return undefined;
  const on = `Deployment ${release.namespace}/${row('name')}`;
  const argo = nonEmpty(row('tracking')) ?? nonEmpty(row('argoAnnotation')) ?? row('argoLabel');
  if (argo !== '') return { manager: 'argo-cd', managerEvidence: `${on} carries Argo CD's mark "${argo}"` };
  const flux = nonEmpty(row('flux')) ?? row('kustomization');
  if (flux !== '') return { manager: 'flux', managerEvidence: `${on} carries Flux' label "${flux}"` };
  const owner = rows(helmReleases, HELM_RELEASE).find((each) => owns(each, release));
  if (owner !== undefined) {
    const name = `${owner('namespace')}/${owner('name')}`;
    return { manager: 'flux', managerEvidence: `HelmRelease ${name} installs release ${release.name}` };
  }
  const helm = row('helm');
  if (helm !== '') return { manager: 'helm', managerEvidence: `${on} belongs to Helm release ${helm}` };
  return { manager: 'unknown', managerEvidence: `${on} carries no mark of Helm, Argo CD or Flux` };
}
