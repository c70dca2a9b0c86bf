/** The host namespaces that this run serves, and the ones that are certainly gone. */
import type { ControlPlane, World } from '../model/world.ts';
import {
  controlPlanesIn,
  controlPlanesNamed,
  deploymentsIn,
  namespacesNamed,
  serviceAccountsIn,
} from './lookup.ts';

export interface Target {
  readonly controlPlane: ControlPlane;
  readonly namespace: string;
}

const known = new WeakMap<World['controlPlanes'], readonly Target[]>();

/** Selected control planes whose host namespace is known, by namespace. */
export function targets({ controlPlanes }: World): readonly Target[] {
  const all = known.get(controlPlanes) ?? selectTargets(controlPlanes);
  known.set(controlPlanes, all);
  return all;
}

function selectTargets(controlPlanes: World['controlPlanes']): readonly Target[] {
  return controlPlanes
    .flatMap((controlPlane) =>
      controlPlane.selected && controlPlane.namespace !== undefined
        ? [{ controlPlane, namespace: controlPlane.namespace }]
        : [],
    )
    .toSorted((a, b) => (a.namespace < b.namespace ? -1 : 1));
}

/** `group/name`, or the namespace when it was named outright. */
export function displayName(controlPlane: ControlPlane): string {
  return controlPlane.group === '' ? controlPlane.name : `${controlPlane.group}/${controlPlane.name}`;
}

/**
 * Whether nothing in the Space can still be using a namespace: no control plane maps to it and, if it exists, it is not
 * labelled for a control plane that exists. With namespaces named outright only a namespace that does not exist is gone.
 */
export function isGone({ controlPlanes, namespaces }: World, namespace: string): boolean {
  const [there] = namespacesNamed(namespaces, namespace);
  const lookedUp = controlPlanes.length === 0 || controlPlanes.some((one) => one.group !== '');
  if (!lookedUp) return there === undefined;
  if (controlPlanesIn(controlPlanes, namespace).length > 0) return false;
  if (there === undefined) return true;
  // A control plane that can't be mapped yet might be the one that lives there.
  if (controlPlanes.some((one) => one.namespace === undefined)) return false;
  const { controlPlaneGroup: group = '', controlPlaneName: name } = there;
  return name === undefined || controlPlanesNamed(controlPlanes, `${group}/${name}`).length === 0;
}

/**
 * Namespaces that this run does not serve and whose controller lives on the Space-wide annotation: it has to stay for them.
 * Where there is an association, it wins, and the annotation is not missed.
 */
export function othersAnnotated(world: World): readonly string[] {
  const apart = new Set([
    ...targets(world).map((target) => target.namespace),
    ...world.associations.map((one) => one.namespace),
  ]);
  return world.workloads.serviceAccounts
    .filter((one) => one.roleArn !== undefined && !apart.has(one.namespace))
    .map((one) => one.namespace)
    .filter((namespace) => !isGone(world, namespace));
}

/** Why a target's controller can't be looked at yet, in words. */
export function missingWorkload(world: World, target: Target): string | undefined {
  if (target.controlPlane.notReady !== undefined) return target.controlPlane.notReady;
  const { serviceAccounts, deployments } = world.workloads;
  if (serviceAccountsIn(serviceAccounts, target.namespace).length === 0)
    return 'the service account does not exist yet';
  if (deploymentsIn(deployments, target.namespace).length === 0)
    return 'no Deployment uses the service account yet';
  return undefined;
}
