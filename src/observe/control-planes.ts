/** Which control planes there are, which are selected, and in which host namespace each one's controller runs. */
import type { Selection } from '../model/config.ts';
import { globMatcher } from '../model/glob-matcher.ts';
import { hostNamespaceName } from '../model/host-namespace.ts';
import type { ControlPlane, Namespace } from '../model/host.ts';
import type { RawControlPlane, SpaceFacts } from '../model/ports.ts';

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Every ControlPlane of the Space in our own terms; with namespaces named outright, those alone. */
export function mapControlPlanes(facts: SpaceFacts, selection: Selection): readonly ControlPlane[] {
  const namespaces = new Map(facts.namespaces.map((namespace) => [namespace.name, namespace]));
  if (selection.namespaces.length > 0)
    return selection.namespaces.map((name) => namedOutright(name, namespaces));
  const matches = globMatcher(selection.globs, '*/*');
  return facts.controlPlanes.map((raw) => mapOne(raw, namespaces, matches));
}

/** A namespace that the user named: no control plane is looked up for it. */
function namedOutright(name: string, namespaces: ReadonlyMap<string, Namespace>): ControlPlane {
  const exists = namespaces.has(name);
  return {
    group: '',
    name,
    namespace: name,
    selected: true,
    deleting: false,
    ...(!exists && { notReady: 'the namespace does not exist' }),
  };
}

function mapOne(
  raw: RawControlPlane,
  namespaces: ReadonlyMap<string, Namespace>,
  matches: (name: string) => boolean,
): ControlPlane {
  const namespace = hostNamespace(raw, namespaces);
  const notReady = whyNotReady(raw, namespace, namespaces);
  const isMatched = raw.matchesSelector && matches(`${raw.group}/${raw.name}`);
  return {
    group: raw.group,
    name: raw.name,
    selected: isMatched && !raw.deleting,
    deleting: raw.deleting,
    ...(isMatched && raw.deleting && { leaving: true }),
    ...(raw.id !== undefined && { id: raw.id }),
    ...(namespace !== undefined && { namespace }),
    ...(notReady !== undefined && { notReady }),
  };
}

/**
 * The host namespace: `spec.hostNamespace.name` only when that namespace is labelled, and for no other control plane (the field
 * may be present while its feature gate is off), else `mxp-<status.controlPlaneID>-system`, else the one namespace
 * labelled for it. A namespace labelled for another control plane is never taken. (Spaces documentation; the labels are internal.)
 */
function hostNamespace(raw: RawControlPlane, namespaces: ReadonlyMap<string, Namespace>): string | undefined {
  const named = raw.hostNamespace === undefined ? undefined : namespaces.get(raw.hostNamespace);
  if (named !== undefined && isLabelled(named) && !contradicts(named, raw)) return named.name;
  if (raw.id !== undefined) {
    const name = hostNamespaceName(raw.id);
    const namespace = namespaces.get(name);
    const isAnothers = namespace !== undefined && contradicts(namespace, raw);
    return DNS_LABEL.test(name) && !isAnothers ? name : undefined;
  }
  const labelled = [...namespaces.values()].filter((namespace) => isLabelledFor(namespace, raw));
  return labelled.length === 1 ? labelled[0]?.name : undefined;
}

function isLabelledFor(namespace: Namespace, raw: RawControlPlane): boolean {
  return namespace.controlPlaneName === raw.name && namespace.controlPlaneGroup === raw.group;
}

function isLabelled({ controlPlaneName: name, controlPlaneGroup: group }: Namespace): boolean {
  return name !== undefined || group !== undefined;
}

/** The labels are internal to Spaces, so either may be missing: only another value speaks against a control plane. */
function contradicts(
  { controlPlaneName: name, controlPlaneGroup: group }: Namespace,
  raw: RawControlPlane,
): boolean {
  return (name !== undefined && name !== raw.name) || (group !== undefined && group !== raw.group);
}

function whyNotReady(
  raw: RawControlPlane,
  namespace: string | undefined,
  namespaces: ReadonlyMap<string, Namespace>,
): string | undefined {
  if (raw.deleting) return 'it is being deleted';
  const ready = raw.conditions['Ready'];
  if (ready?.status === 'False' && ready.reason === 'RestorePending') return 'its restore is pending';
  if (namespace === undefined) {
    return raw.id === undefined ? 'it has no ID yet' : 'its host namespace could not be determined';
  }
  if (!namespaces.has(namespace)) return `its host namespace ${namespace} does not exist yet`;
  return undefined;
}
