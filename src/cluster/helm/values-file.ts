import type { ValueUpdate } from '../../model/change.ts';
import type { Json } from '../../model/json.ts';

/** Maps, so that a key such as `__proto__` is a key like any other. */
type Tree = Map<string, Tree | Json>;

function put(tree: Tree, key: string, rest: readonly string[], value: Json): void {
  const [next, ...further] = rest;
  if (next === undefined) {
    tree.set(key, value);
    return;
  }
  const below = tree.get(key);
  const inner: Tree = below instanceof Map ? below : new Map();
  tree.set(key, inner);
  put(inner, next, further, value);
}

function plain(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

/**
 * The text of a values file, nested: it needs none of the escaping that `--set` wants for keys with dots. Helm merges
 * maps, and a key set to `null` is taken out of the release's own values.
 */
export function valuesFile(updates: readonly ValueUpdate[]): string {
  const tree: Tree = new Map();
  for (const { path, value } of updates) {
    const [first, ...rest] = path;
    if (first !== undefined) put(tree, first, rest, value);
  }
  return JSON.stringify(tree, plain, 2);
}
