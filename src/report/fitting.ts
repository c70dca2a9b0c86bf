/** JSON outputs that are cut to fit. */
import type { Json } from '../model/json.ts';

/** Each JSON output stays below this many bytes; GitHub allows 1 MB for all outputs of a job together. */
const JSON_LIMIT = 100_000;

const size = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The whole list where it fits below the limit, else its longest head that does. */
export function longestFitting<T>(
  items: readonly T[],
  whole: Json,
  cut: (head: readonly T[]) => Json,
): string {
  if (size(whole) < JSON_LIMIT) return JSON.stringify(whole);
  let [fits, tooMany] = [0, items.length + 1];
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (size(cut(items.slice(0, middle))) < JSON_LIMIT) fits = middle;
    else tooMany = middle;
  }
  return JSON.stringify(cut(items.slice(0, fits)));
}

/** A list with `{"truncated": true}` behind what fits. */
export function shortenedList(items: readonly Json[]): string {
  return longestFitting(items, items, (head) => [...head, { truncated: true }]);
}

/** A map with `"truncated": true` beside what fits. */
export function shortenedMap(entries: readonly (readonly [string, string])[]): string {
  return longestFitting(entries, Object.fromEntries(entries), (head) => ({
    ...Object.fromEntries(head),
    truncated: true,
  }));
}
