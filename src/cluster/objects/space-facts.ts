/** Reads all of a Space but its workloads. */
import { Failure } from '../../model/failure.ts';
import type { SpaceFacts, SpaceQuery } from '../../model/ports.ts';
import type { ClusterApi } from '../api/api.ts';
import { sideBySide } from '../../wait/side-by-side.ts';
import { readAgent } from './agent.ts';
import { readControlPlanes, readNamespaces } from './control-planes.ts';
import { readStores } from './secret-stores.ts';
import { managerOf, readHelmReleases, readSpacesDeployment, SPACES_DEPLOYMENT } from './space-manager.ts';

/** Reads the Space. Throws `not-a-space` for a cluster without one. */
export async function readSpace(
  api: ClusterApi,
  helmRelease: string,
  query: SpaceQuery,
): Promise<SpaceFacts> {
  const { selector, namespace } = query;
  const [deployment, controlPlanes, namespaces, stores, agentDaemonSet, helmReleases] = await sideBySide([
    readSpacesDeployment(api, namespace),
    query.controlPlanes ? readControlPlanes(api, selector) : Promise.resolve([]),
    readNamespaces(api),
    readStores(api),
    readAgent(api),
    readHelmReleases(api),
  ]);
  if (deployment === undefined || controlPlanes === undefined)
    throw noSpace(namespace, helmRelease, {
      controller: deployment !== undefined,
      kind: controlPlanes !== undefined,
    });
  const space = managerOf(deployment, helmReleases.all, { name: helmRelease, namespace });
  return {
    space: helmReleases.unread === undefined ? space : { ...space, fluxUnread: helmReleases.unread },
    controlPlanes,
    namespaces,
    stores,
    ...(agentDaemonSet !== undefined && { agentDaemonSet }),
  };
}

/** What of a Space is there, of the two that each has. */
interface Found {
  readonly controller: boolean;
  readonly kind: boolean;
}

function noSpace(namespace: string, helmRelease: string, { controller, kind }: Found): Failure {
  const noKind = 'the cluster has no resources controlplanes.spaces.upbound.io';
  const noController = `there is no Deployment ${SPACES_DEPLOYMENT} in namespace ${namespace}`;
  if (controller)
    return notASpace(
      `Deployment ${SPACES_DEPLOYMENT} is in namespace ${namespace}, but ${noKind}`,
      'The Space is still being installed, or its CRDs were deleted, and all control planes with them. ' +
        `\`helm status ${helmRelease} --namespace ${namespace}\` has to say that it is deployed, and \`kubectl get crd controlplanes.spaces.upbound.io\` has to find it; then run again.`,
    );
  if (kind)
    return notASpace(
      noController,
      `Set \`helm-namespace\` to where the Space is installed: \`kubectl get deployments --all-namespaces --field-selector metadata.name=${SPACES_DEPLOYMENT}\` shows it. When that finds nothing, name the EKS cluster that hosts the Space (\`cluster-name\`).`,
    );
  return notASpace(
    `${noController}, and ${noKind}`,
    'No Space is installed on this cluster. Name the EKS cluster that hosts the Space (`cluster-name`), no control plane and no other cluster; or install the Space before this step (https://docs.upbound.io/manuals/spaces/howtos/self-hosted/self-hosted-spaces-deployment/).',
  );
}

function notASpace(said: string, next: string): Failure {
  return new Failure('not-a-space', { tried: 'look for the Space', said, next });
}
