/** Before and after as a unified diff: policies by statement after normalising, anything else key by key. */
import { diffArrays } from 'diff';
import type { Json } from '../model/json.ts';
import { isPolicy, normalStatements } from '../policy/meaning.ts';

/** Unchanged lines shown around a change. */
const CONTEXT = 2;

/** Lines for a `diff` fence, `+` and `-` in the first column; empty when nothing differs in meaning. */
export function diffLines(before: Json, after: Json): readonly string[] {
  const parts = diffArrays([...pretty(before)], [...pretty(after)]);
  if (parts.every((part) => !part.added && !part.removed)) return [];
  return parts.flatMap((part, index) => {
    if (part.added) return part.value.map((line) => `+ ${line}`);
    if (part.removed) return part.value.map((line) => `- ${line}`);
    return folded(part.value, index === 0, index === parts.length - 1).map((line) => `  ${line}`);
  });
}

/** Only the edges of what is unchanged: a trust policy with seventy subjects changes by one. */
function folded(lines: readonly string[], first: boolean, last: boolean): readonly string[] {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  if (lines.length <= head + tail + 1) return lines;
  const left = lines.length - head - tail;
  return [...lines.slice(0, head), `… ${left} unchanged lines`, ...lines.slice(lines.length - tail)];
}

function pretty(value: Json): readonly string[] {
  if (value === null) return [];
  if (!isPolicy(value)) return JSON.stringify(sorted(value), null, 2).split('\n');
  return normalStatements(value).flatMap((text) => {
    const statement: unknown = JSON.parse(text);
    return JSON.stringify(statement, null, 2).split('\n');
  });
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]: [string, Json]) => [key, sorted(item)]),
  );
}
