/** Makes the one record of each control plane, and of each namespace that something of the service account's is in. */
import type { Identity } from '../model/config.ts';
import type { PlaceholderValues } from '../model/grant.ts';
import type { ControlPlane, Host, Namespace, NamespaceState, Workloads } from '../model/host.ts';
import type { SpaceFacts } from '../model/ports.ts';
import type { Association } from '../model/world.ts';
import { idInHostNamespace, isHostNamespaceName } from '../model/host-namespace.ts';
import type { TrustReading } from '../policy/trust-reading.ts';
import { isLive } from '../space/pods.ts';
import { type HostWorkload, nameOf, stateOf, stateWithoutControlPlane } from './host-state.ts';
import { type Selectable, storeFinder } from './store-selection.ts';

export interface HostParts {
  readonly controlPlanes: readonly ControlPlane[];
  readonly facts: Selectable & Pick<SpaceFacts, 'namespaces'>;
  readonly workloads: Workloads;
  readonly associations: readonly Association[];
  /** What the role's trust policy says, by mechanism; absent without a role. */
  readonly trust?: Readonly<Record<Identity, TrustReading>> | undefined;
}

/** Sorted by namespace; hosts whose namespace is not known come first. */
export function hostsOf(parts: HostParts): readonly Host[] {
  const namespaces = new Map(parts.facts.namespaces.map((namespace) => [namespace.name, namespace]));
  const index = indexOf(parts);
  const placed = placedOnce(parts.controlPlanes);
  const mapped = placed.map((controlPlane) =>
    hostOf(controlPlane, controlPlane.namespace ?? '', { parts, index, namespaces }),
  );
  const taken = new Set(placed.map(({ namespace }) => namespace));
  const others = [...index.names].filter((name) => !taken.has(name));
  const rest = others.map((name) => hostOf(undefined, name, { parts, index, namespaces }));
  return [...mapped, ...rest].toSorted(byNamespace);
}

function byNamespace(a: Host, b: Host): number {
  if (a.namespace === b.namespace) return a.name < b.name ? -1 : 1;
  return a.namespace < b.namespace ? -1 : 1;
}

/** No two control planes share a host namespace: of two that seem to, the one that is selected has it. */
function placedOnce(controlPlanes: readonly ControlPlane[]): readonly ControlPlane[] {
  const owners = new Map<string, ControlPlane>();
  const selectedFirst = controlPlanes.toSorted((a, b) => Number(b.selected) - Number(a.selected));
  return selectedFirst.map((controlPlane): ControlPlane => {
    const { namespace, ...rest } = controlPlane;
    if (namespace === undefined) return controlPlane;
    const owner = owners.get(namespace);
    if (owner === undefined) owners.set(namespace, controlPlane);
    return owner === undefined
      ? controlPlane
      : { ...rest, notReady: `control plane ${nameOf(owner)} maps to the same host namespace` };
  });
}

interface Index {
  readonly names: ReadonlySet<string>;
  readonly serviceAccounts: ReadonlyMap<string, Workloads['serviceAccounts']>;
  readonly deployments: ReadonlyMap<string, Workloads['deployments']>;
  readonly pods: ReadonlyMap<string, Workloads['pods']>;
  readonly associations: ReadonlyMap<string, readonly Association[]>;
  readonly storesOf: ReturnType<typeof storeFinder>;
}

function indexOf({ workloads, associations, trust, facts }: HostParts): Index {
  const index = {
    serviceAccounts: inNamespaces(workloads.serviceAccounts),
    deployments: inNamespaces(workloads.deployments),
    pods: inNamespaces(workloads.pods.filter(isLive)),
    associations: inNamespaces(associations),
  };
  const used = Object.values(index).flatMap((map) => [...map.keys()]);
  const named = trust === undefined ? [] : Object.values(trust).flatMap((reading) => [...reading.named]);
  return { ...index, names: new Set([...used, ...named]), storesOf: storeFinder(facts) };
}

function inNamespaces<T extends { readonly namespace: string }>(
  list: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(list, ({ namespace }) => namespace);
}

interface HostContext {
  readonly parts: HostParts;
  readonly index: Index;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

function hostOf(controlPlane: ControlPlane | undefined, namespace: string, all: HostContext): Host {
  const { parts, index, namespaces } = all;
  const labels = namespaces.get(namespace);
  const inStores = keyInStores(controlPlane, labels);
  const isKnown = controlPlane !== undefined || labels?.controlPlaneName !== undefined;
  const workload = workloadIn(namespace, index);
  return {
    name: controlPlane === undefined ? namespace : nameOf(controlPlane),
    namespace,
    namespaceState: namespaceStateOf(labels),
    ...(controlPlane !== undefined && { controlPlane }),
    state:
      controlPlane === undefined
        ? stateWithoutControlPlane(namespace, parts.controlPlanes, namespaces)
        : stateOf(controlPlane, workload),
    isHostNamespace: isKnown || isHostNamespaceName(namespace),
    ...workload,
    ...index.storesOf({ inStores, ...(controlPlane !== undefined && { controlPlane }) }),
    inStores,
    trusted: trustedBy(parts.trust, namespace),
    placeholders: placeholdersOf(controlPlane, inStores, namespace),
  };
}

function placeholdersOf(
  controlPlane: ControlPlane | undefined,
  { group, name }: Host['inStores'],
  namespace: string,
): PlaceholderValues {
  const id = controlPlane?.id ?? idInHostNamespace(namespace);
  return {
    ...(group !== '' && { group }),
    ...(name !== '' && { name }),
    ...(id !== undefined && { id }),
    ...(namespace !== '' && { namespace }),
  };
}

function namespaceStateOf(namespace: Namespace | undefined): NamespaceState {
  if (namespace === undefined) return 'absent';
  return namespace.terminating === true ? 'terminating' : 'active';
}

function workloadIn(namespace: string, index: Index): HostWorkload {
  const [serviceAccount] = index.serviceAccounts.get(namespace) ?? [];
  const [association] = index.associations.get(namespace) ?? [];
  return {
    ...(serviceAccount !== undefined && { serviceAccount }),
    deployments: index.deployments.get(namespace) ?? [],
    pods: index.pods.get(namespace) ?? [],
    ...(association !== undefined && { association }),
  };
}

/** The control plane that a namespace named in the inputs belongs to, as its labels say. */
function keyInStores(
  controlPlane: ControlPlane | undefined,
  namespace: Namespace | undefined,
): Host['inStores'] {
  if (controlPlane !== undefined && controlPlane.group !== '')
    return { group: controlPlane.group, name: controlPlane.name };
  return { group: namespace?.controlPlaneGroup ?? '', name: namespace?.controlPlaneName ?? '' };
}

const NOT_TRUSTED: Host['trusted'] = { irsa: 'no', 'pod-identity': 'no' };

function trustedBy(trust: HostParts['trust'], namespace: string): Host['trusted'] {
  if (trust === undefined || namespace === '') return NOT_TRUSTED;
  const read = ({ named, admits }: TrustReading) => {
    if (named.has(namespace)) return 'named';
    return admits(namespace) ? 'admitted' : 'no';
  };
  return { irsa: read(trust.irsa), 'pod-identity': read(trust['pod-identity']) };
}
