/** What the cluster has of the identity: the Space, and the workloads of the service account. */
import type { Intent } from '../model/config.ts';
import type { Workloads } from '../model/host.ts';
import type { Readers, SpaceFacts, SpaceQuery } from '../model/ports.ts';
import { sideBySide } from '../wait/side-by-side.ts';

export interface ClusterView {
  readonly facts: SpaceFacts;
  readonly workloads: Workloads;
}

/** Throws a Failure when any part of it can't be read. */
export async function observeCluster(
  { kubernetes }: Pick<Readers, 'kubernetes'>,
  intent: Intent,
): Promise<ClusterView> {
  const [facts, workloads] = await sideBySide([
    kubernetes.space(spaceQuery(intent)),
    kubernetes.workloads(intent.serviceAccount),
  ]);
  return { facts, workloads };
}

/** What to ask the API server about the Space. */
export function spaceQuery({ serviceAccount, selection, release }: Intent): SpaceQuery {
  return {
    serviceAccount,
    namespace: release.namespace,
    controlPlanes: selection.namespaces.length === 0,
    ...(selection.selector !== undefined && { selector: selection.selector }),
  };
}
