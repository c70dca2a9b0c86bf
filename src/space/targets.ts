/** The host namespaces that this run serves, and the ones that are certainly gone. */
import type { ControlPlane, World } from '../model/world.ts';

export interface Target {
  readonly controlPlane: ControlPlane;
  readonly namespace: string;
}

/** Selected control planes whose host namespace is known, by namespace. */
export function targets(world: World): readonly Target[] {
  return world.controlPlanes
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
export function isGone(world: World, namespace: string): boolean {
  const there = world.namespaces.find((one) => one.name === namespace);
  const lookedUp = world.controlPlanes.some((one) => one.group !== '') || world.controlPlanes.length === 0;
  if (!lookedUp) return there === undefined;
  if (world.controlPlanes.some((one) => one.namespace === namespace)) return false;
  // A control plane that can't be mapped yet might be the one that lives there.
  if (there !== undefined && world.controlPlanes.some((one) => one.namespace === undefined)) return false;
  return !world.controlPlanes.some(
    (one) => there?.controlPlaneName === one.name && there.controlPlaneGroup === one.group,
  );
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
  if (!serviceAccounts.some((one) => one.namespace === target.namespace)) {
    return 'the service account does not exist yet';
  }
  if (!deployments.some((one) => one.namespace === target.namespace))
    return 'no Deployment uses the service account yet';
  return undefined;
}
