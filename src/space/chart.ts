/** Where the Spaces chart keeps what this action sets (Spaces Helm reference). */
import type { Json } from '../model/json.ts';

/** The annotation that EKS's webhook reads (not `eks.amazon.aws/…`, as one page of the upstream guide spells it). */
export const ROLE_ANNOTATION = 'eks.amazonaws.com/role-arn';

/** Annotations of the controller's service account, for all control planes of the Space. */
export const ANNOTATION_PATH: readonly string[] = [
  'controlPlanes',
  'sharedSecrets',
  'serviceAccount',
  'customAnnotations',
  ROLE_ANNOTATION,
];

/** Labels of the controller's pods, for all control planes of the Space. */
export const POD_LABELS_PATH: readonly string[] = ['controlPlanes', 'sharedSecrets', 'pod', 'customLabels'];

/** The value at a path; undefined when any part of it is missing. A key set to null counts as missing, as in Helm. */
export function valueAt(values: Json, path: readonly string[]): Json | undefined {
  return leafAt(values, path) ?? undefined;
}

/** Whether the key is there, and set to null. */
export function isNullAt(values: Json, path: readonly string[]): boolean {
  return leafAt(values, path) === null;
}

function leafAt(values: Json, path: readonly string[]): Json | undefined {
  let current: Json | undefined = values;
  for (const key of path) {
    if (!isMap(current)) return undefined;
    current = current[key];
  }
  return current;
}

/** Values that hold just these leaves; `null` leaves stand for keys that Helm takes out. */
export function nested(leaves: readonly { readonly path: readonly string[]; readonly value: Json }[]): Json {
  let tree: Json = {};
  for (const { path, value } of leaves) tree = withLeaf(tree, path, value);
  return tree;
}

function withLeaf(tree: Json | undefined, path: readonly string[], value: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const map = isMap(tree) ? tree : {};
  return { ...map, [key]: withLeaf(map[key], rest, value) };
}

function isMap(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
