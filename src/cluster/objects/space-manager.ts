/** Tells which tool manages the Spaces installation: a `helm upgrade` of ours would conflict with Argo CD and Flux. */
import { z } from 'zod';
import { isFailureOf } from '../../model/failure.ts';
import type { Space } from '../../model/world.ts';
import type { ClusterApi } from '../api/api.ts';
import { type ObjectMetadata, metadataSchema, objectSchema } from './metadata.ts';

/** Every Space has this Deployment in the namespace of its Helm release: a cluster without it has no Space. */
export const SPACES_DEPLOYMENT = 'spaces-controller';

const helmReleaseSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    releaseName: z.string().default(''),
    targetNamespace: z.string().default(''),
    storageNamespace: z.string().default(''),
  }),
});

export type HelmRelease = z.infer<typeof helmReleaseSchema>;

interface InstalledRelease {
  readonly name: string;
  readonly namespace: string;
}

/** The metadata of the Deployment `spaces-controller`; undefined when there is none. */
export async function readSpacesDeployment(
  api: ClusterApi,
  namespace: string,
): Promise<ObjectMetadata | undefined> {
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${SPACES_DEPLOYMENT}`;
  return (await api.find('look for the Space', path, objectSchema))?.metadata;
}

/** Flux' own objects: none where there is no Flux; why not, where the job may not list them. */
export async function readHelmReleases(
  api: ClusterApi,
): Promise<{ readonly all: readonly HelmRelease[]; readonly unread?: string }> {
  const tried = "look for Flux' HelmReleases";
  try {
    const path = await api.pathOf(tried, 'helm.toolkit.fluxcd.io', 'helmreleases');
    if (path === undefined) return { all: [] };
    return { all: await api.list({ tried, path, schema: helmReleaseSchema }) };
  } catch (error) {
    if (!isFailureOf(error, 'access-denied')) throw error;
    return { all: [], unread: error.details.said };
  }
}

/** Whether the HelmRelease owns the release; by default that has its name, after the target namespace if one is set. */
function owns({ metadata, spec }: HelmRelease, { name, namespace }: InstalledRelease): boolean {
  const { targetNamespace: target } = spec;
  const byDefault = target === '' ? metadata.name : `${target}-${metadata.name}`;
  const storage = spec.storageNamespace || metadata.namespace;
  return (spec.releaseName || byDefault) === name && (storage === namespace || target === namespace);
}

/** The manager, told from labels and annotations of the Deployment, and from Flux' objects. */
export function managerOf(
  { name, annotations, labels }: ObjectMetadata,
  helmReleases: readonly HelmRelease[],
  release: InstalledRelease,
): Space {
  const on = `Deployment ${release.namespace}/${name}`;
  const argo =
    annotations['argocd.argoproj.io/tracking-id'] ||
    annotations['argocd.argoproj.io/instance'] ||
    labels['argocd.argoproj.io/instance'];
  if (argo) return { manager: 'argo-cd', managerEvidence: `${on} carries Argo CD's mark "${argo}"` };
  const flux = labels['helm.toolkit.fluxcd.io/name'] || labels['kustomize.toolkit.fluxcd.io/name'];
  if (flux) return { manager: 'flux', managerEvidence: `${on} carries Flux' label "${flux}"` };
  const owner = helmReleases.find((each) => owns(each, release))?.metadata;
  if (owner !== undefined) {
    const evidence = `HelmRelease ${owner.namespace}/${owner.name} installs release ${release.name}`;
    return { manager: 'flux', managerEvidence: evidence };
  }
  const helm = annotations['meta.helm.sh/release-name'];
  if (helm) return { manager: 'helm', managerEvidence: `${on} belongs to Helm release ${helm}` };
  return { manager: 'unknown', managerEvidence: `${on} carries no mark of Helm, Argo CD or Flux` };
}
