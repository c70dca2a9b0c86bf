/** Whether a control plane can be served now, and what has become of namespaces that have none. */
import type { ControlPlane, Host, HostState, Namespace } from '../model/host.ts';

/** What of the service account's is in a namespace. */
export type HostWorkload = Pick<Host, 'serviceAccount' | 'deployments' | 'pods' | 'association'>;

/** `group/name`, or the namespace when it was named outright. */
export function nameOf({ group, name }: ControlPlane): string {
  return group === '' ? name : `${group}/${name}`;
}

const unselected = (why: string): HostState => ({ kind: 'unselected', why });

function missingPart({ serviceAccount, deployments }: HostWorkload): string | undefined {
  if (serviceAccount === undefined) return 'the service account does not exist yet';
  return deployments.length === 0 ? 'no Deployment uses the service account yet' : undefined;
}

/** The state of a control plane's host, from the control plane and what runs in its namespace. */
export function stateOf(controlPlane: ControlPlane, workload: HostWorkload): HostState {
  const { selected, deleting, namespace, notReady } = controlPlane;
  if (!selected)
    return { kind: 'unselected', why: deleting ? 'it is being deleted' : 'this run does not select it' };
  const why =
    notReady ?? (namespace === undefined ? 'its host namespace is not known yet' : missingPart(workload));
  return why === undefined ? { kind: 'served' } : { kind: 'not-ready', why };
}

/**
 * A namespace is gone when nothing in the Space can still use it: no control plane maps to it and, if it exists, it is not
 * labelled for a control plane that exists. With namespaces named outright only a namespace that does not exist, or is on its
 * way out, is gone.
 */
export function stateWithoutControlPlane(
  namespace: string,
  controlPlanes: readonly ControlPlane[],
  namespaces: ReadonlyMap<string, Namespace>,
): HostState {
  const actual = namespaces.get(namespace);
  if (actual === undefined) return { kind: 'gone', why: 'the namespace does not exist' };
  if (actual.terminating === true) return { kind: 'gone', why: 'the namespace is being deleted' };
  if (controlPlanes.length > 0 && controlPlanes.every(({ group }) => group === ''))
    return unselected('this run does not name it');
  if (controlPlanes.some((controlPlane) => controlPlane.namespace === undefined))
    return unselected('a control plane without a host namespace might use it');
  const { controlPlaneGroup: group = '', controlPlaneName: name } = actual;
  const owner = controlPlanes.find(
    (controlPlane) => controlPlane.group === group && controlPlane.name === name,
  );
  if (owner !== undefined) return unselected(`its labels name control plane ${nameOf(owner)}`);
  return { kind: 'gone', why: 'no control plane uses the namespace' };
}
