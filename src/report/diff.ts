/** Before and after as a unified diff: policies statement by statement, anything else key by key. */
import { diffArrays } from 'diff';
import type { Json } from '../model/json.ts';
import { countOf } from '../model/count.ts';
import { isPolicy, readableStatements, isEquivalent } from '../policy/equivalence.ts';

/** Unchanged lines shown around a change. */
const CONTEXT = 2;

/** Lines for a `diff` fence, `+` and `-` in the first column; empty when nothing differs in meaning. */
export function diffLines(before: Json, after: Json): readonly string[] {
  const policies = [before, after].filter((value) => value !== null);
  if (policies.length > 0 && policies.every(isPolicy)) return policyDiff(before, after);
  return lineDiff(text(sorted(before)), text(sorted(after)));
}

/** A statement is compared with the one of its kind; one that has none is new or gone as a whole. */
function policyDiff(before: Json, after: Json): readonly string[] {
  if (isPolicy(before) && isPolicy(after) && isEquivalent(before, after)) return [];
  const old = isPolicy(before) ? [...readableStatements(before)] : [];
  const lines = (isPolicy(after) ? readableStatements(after) : []).flatMap((statement) => {
    const at = old.findIndex((candidate) => kindOf(candidate) === kindOf(statement));
    const [partner = null] = at === -1 ? [] : old.splice(at, 1);
    return lineDiff(text(partner), text(statement));
  });
  return [...old.flatMap((statement) => lineDiff(text(statement), [])), ...lines];
}

/** What makes two statements two versions of one: effect, who, and the services it is about. */
function kindOf(statement: { readonly [key: string]: Json }): string {
  const actions = statement['Action'];
  const services = Array.isArray(actions)
    ? actions.map((name: Json) => JSON.stringify(name).split(':')[0])
    : [];
  const { Effect, Principal } = statement;
  const who = typeof Principal === 'object' && Principal !== null ? Object.keys(Principal) : [];
  return JSON.stringify([Effect, who, [...new Set(services)]]);
}

function lineDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  const parts = diffArrays([...before], [...after]);
  if (parts.every((part) => !part.added && !part.removed)) return [];
  return parts.flatMap((part, index) => {
    if (part.added) return part.value.map((line) => `+ ${line}`);
    if (part.removed) return part.value.map((line) => `- ${line}`);
    return folded(part.value, index === 0, index === parts.length - 1).map((line) => `  ${line}`);
  });
}

/** Shows only the first and last of many unchanged lines: in a trust policy with seventy subjects, one may change. */
function folded(lines: readonly string[], first: boolean, last: boolean): readonly string[] {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  if (lines.length <= head + tail + 1) return lines;
  const left = lines.length - head - tail;
  return [
    ...lines.slice(0, head),
    `… ${countOf(left, 'unchanged line')}`,
    ...lines.slice(lines.length - tail),
  ];
}

function text(value: Json): readonly string[] {
  return value === null ? [] : JSON.stringify(value, null, 2).split('\n');
}

/** Keys in order, so that only content differs. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]: [string, Json]) => [key, sorted(item)]),
  );
}
