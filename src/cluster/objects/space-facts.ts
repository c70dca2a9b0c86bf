/** Reads all of a Space but its workloads. */
import { Failure } from '../../model/failure.ts';
import type { SpaceFacts, SpaceQuery } from '../../model/ports.ts';
import type { ClusterApi } from '../api/api.ts';
import { sideBySide } from '../api/side-by-side.ts';
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
  if (deployment === undefined) {
    throw new Failure('not-a-space', {
      tried: 'look for the Space',
      said: `there is no Deployment ${SPACES_DEPLOYMENT} in namespace ${namespace}`,
      next: 'Name the EKS cluster that the Space runs on, and set `helm-namespace` when the Space is installed elsewhere than in upbound-system.',
    });
  }
  const space = managerOf(deployment, helmReleases.all, { name: helmRelease, namespace });
  return {
    space: helmReleases.unread === undefined ? space : { ...space, fluxUnread: helmReleases.unread },
    controlPlanes,
    namespaces,
    stores,
    ...(agentDaemonSet !== undefined && { agentDaemonSet }),
  };
}
