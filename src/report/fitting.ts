/** JSON outputs that are cut to fit. */
import type { Json } from '../model/json.ts';

/** Each JSON output stays below this many bytes; GitHub allows 1 MB for all outputs of a job together. */
const JSON_LIMIT = 100_000;

const size = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** How many may fit. An entry of a map is a few bytes longer by itself than in the map: hence twice the limit. */
function mostThatMayFit(items: readonly Json[]): number {
  let characters = 0;
  const over = items.findIndex((item) => {
    characters += JSON.stringify(item).length;
    return characters > 2 * JSON_LIMIT;
  });
  return over === -1 ? items.length : over;
}

/**
 * The whole list where it fits below the limit, else its longest head that does. Of a list of megabytes, no more is made into text
 * than may fit.
 */
export function longestFitting<T extends Json>(
  items: readonly T[],
  whole: Json,
  cut: (head: readonly T[]) => Json,
): string {
  const most = mostThatMayFit(items);
  if (most === items.length && size(whole) < JSON_LIMIT) return JSON.stringify(whole);
  let [fits, tooMany] = [0, most + 1];
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
