/** What stands in a namespace, found at once: a Space may have thousands, and every room asks for each of them. */
import type {
  Association,
  ControllerDeployment,
  ControllerPod,
  ControlPlane,
  Namespace,
  ServiceAccount,
} from '../model/world.ts';

/** Groups a list the first time it is asked about; lists of a World never change. */
function grouped<T>(
  keyOf: (item: T) => string | undefined,
): (list: readonly T[], key: string) => readonly T[] {
  const known = new WeakMap<readonly T[], ReadonlyMap<string | undefined, readonly T[]>>();
  return (list, key) => {
    const groups = known.get(list) ?? Map.groupBy(list, keyOf);
    known.set(list, groups);
    return groups.get(key) ?? [];
  };
}

const byNamespace = (item: { readonly namespace?: string }): string | undefined => item.namespace;

export const associationsIn = grouped<Association>(byNamespace);
export const deploymentsIn = grouped<ControllerDeployment>(byNamespace);
export const podsIn = grouped<ControllerPod>(byNamespace);
export const serviceAccountsIn = grouped<ServiceAccount>(byNamespace);
/** Those that map to a host namespace; more than one would be a defect of the Space. */
export const controlPlanesIn = grouped<ControlPlane>(byNamespace);
export const controlPlanesNamed = grouped<ControlPlane>(({ group, name }) => `${group}/${name}`);
export const namespacesNamed = grouped<Namespace>(({ name }) => name);
