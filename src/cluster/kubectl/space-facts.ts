/** Reads all of a Space but its workloads: seven kubectl processes, whatever its size, and some more where kinds of resources can't be listed. */
import { Failure } from '../../model/failure.ts';
import type { SpaceFacts, SpaceQuery } from '../../model/ports.ts';
import { readAgent } from './agent.ts';
import {
  CONTROL_PLANES_ARGS,
  NAMESPACES_ARGS,
  parseControlPlanes,
  parseNamespaces,
  selectedArgs,
} from './control-plane-rows.ts';
import { errorKindOf } from '../stderr.ts';
import type { Kubectl } from './kubectl.ts';
import { sideBySide } from './side-by-side.ts';
import {
  SPACES_DEPLOYMENT,
  spacesDeploymentArgs,
  HELM_RELEASES_ARGS,
  parseManager,
} from './space-manager.ts';
import { readSharedSecrets, readTolerating } from './shared-secrets.ts';

/** A selector that the API server can't parse is the user's mistake, not the cluster's. */
async function readSelected(kubectl: Kubectl, selector: string): Promise<string> {
  const tried = `list the control planes that match "${selector}"`;
  const { code, stdout, stderr } = await kubectl.run(tried, selectedArgs(selector));
  if (code === 0) return stdout;
  if (errorKindOf(stderr) !== 'other') throw kubectl.failure(tried, stderr);
  throw new Failure('invalid-input', {
    tried,
    said: stderr.trim(),
    next: 'Write `control-plane-selector` as for `kubectl get --selector`, e.g. `team=payments,stage in (prod)`.',
  });
}

/** Flux' own objects: none where there is no Flux; why not, where the job may not list them. */
async function readHelmReleases(
  kubectl: Kubectl,
): Promise<{ readonly rows: string; readonly unread?: string }> {
  try {
    const tried = "look for Flux' HelmReleases";
    return { rows: await readTolerating(kubectl, tried, HELM_RELEASES_ARGS, ['not-a-space']) };
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'access-denied') throw error;
    return { rows: '', unread: error.details.said };
  }
}

/** Reads the Space. Throws `not-a-space` for a cluster without one. */
export async function readSpace(
  kubectl: Kubectl,
  helmRelease: string,
  query: SpaceQuery,
): Promise<SpaceFacts> {
  const { selector, namespace } = query;
  const [controller, all, selected, namespaces, shared, agentDaemonSet, helmReleases] = await sideBySide([
    kubectl.read('look for the Space', spacesDeploymentArgs(namespace)),
    query.controlPlanes ? kubectl.read('list the control planes', CONTROL_PLANES_ARGS) : Promise.resolve(''),
    query.controlPlanes && selector !== undefined
      ? readSelected(kubectl, selector)
      : Promise.resolve(undefined),
    kubectl.read('list the namespaces', NAMESPACES_ARGS),
    readSharedSecrets(kubectl),
    readAgent(kubectl),
    readHelmReleases(kubectl),
  ]);
  const space = parseManager(controller, helmReleases.rows, { name: helmRelease, namespace });
  if (space === undefined) {
    throw new Failure('not-a-space', {
      tried: 'look for the Space',
      said: `there is no Deployment ${SPACES_DEPLOYMENT} in namespace ${namespace}`,
      next: 'Name the EKS cluster that the Space runs on, and set `helm-namespace` when the Space is installed elsewhere than in upbound-system.',
    });
  }
  return {
    space: helmReleases.unread === undefined ? space : { ...space, fluxUnread: helmReleases.unread },
    controlPlanes: parseControlPlanes(all, selected),
    namespaces: parseNamespaces(namespaces),
    ...shared,
    ...(agentDaemonSet !== undefined && { agentDaemonSet }),
  };
}
