/** Of many control planes often the same is to be said: they share a row, with their number and their names folded away. */
import { countOf } from '../model/count.ts';
import type { Host } from '../model/host.ts';
import type { RunRecord } from '../model/record.ts';
import { code, plain } from './escape.ts';

/** Up to so many that are alike have a row each. */
const MOST_ALONE = 5;
/** Stands where a text that is said of many names what is one control plane's own. */
const OWN = '…';

/**
 * Rows of the same key together where there are many of them, else each alone. Those alone come first, in their order, then the
 * groups, the smallest first: what differs from the rest is what a reader looks for.
 */
export function alike<T>(rows: readonly T[], keyOf: (row: T) => string): readonly (readonly T[])[] {
  const groups = [...Map.groupBy(rows, keyOf).values()].filter(({ length }) => length > MOST_ALONE);
  const grouped = new Set(groups.flat());
  return [
    ...rows.filter((row) => !grouped.has(row)).map((row) => [row]),
    ...groups.toSorted((a, b) => a.length - b.length),
  ];
}

/** What is a control plane's own in a text: its names, and those of its pods and its association. */
export type OwnWords = (namespace: string) => RegExp | undefined;

export function ownWordsIn({ world, after }: RunRecord): OwnWords {
  const hosts = Map.groupBy([...(world?.hosts ?? []), ...(after?.hosts ?? [])], ({ namespace }) => namespace);
  const made = new Map<string, RegExp>();
  return (namespace) => {
    const known = made.get(namespace);
    const words = (hosts.get(namespace) ?? []).flatMap(wordsOf);
    if (known !== undefined || words.length === 0) return known;
    const longestFirst = [...new Set(words)].toSorted((a, b) => b.length - a.length);
    const escaped = longestFirst.map((word) => word.replaceAll(/[^\w-]/g, String.raw`\$&`));
    // Not a part of a longer word, and no name of a tag or number of a character.
    const own = new RegExp(String.raw`(?<![\w-]|</?|&#)(?:${escaped.join('|')})(?![\w-])`, 'g');
    made.set(namespace, own);
    return own;
  };
}

function wordsOf({ name, namespace, controlPlane, association, pods }: Host): readonly string[] {
  const names = [name, namespace, controlPlane?.name ?? '', controlPlane?.id ?? '', association?.id ?? ''];
  return [...names, ...pods.map((pod) => pod.name)].filter((word) => word !== '');
}

/** The text as it can be said of others too. */
export function withoutOwn(text: string, own: RegExp | undefined): string {
  return own === undefined ? text : text.replaceAll(own, OWN);
}

/** How many there are, and their names, by group, as many as `most`, to be unfolded. */
export function namesFolded(
  names: readonly string[],
  most: number,
  what = countOf(names.length, 'control plane'),
): string {
  const byName = new Intl.Collator('en', { numeric: true });
  const shown = names.toSorted((a, b) => byName.compare(a, b)).slice(0, most);
  const groups = [...Map.groupBy(shown, (name) => name.slice(0, name.lastIndexOf('/') + 1))].map(
    ([group, list]) =>
      `${code(group)} ${list.map((name) => plain(name.slice(group.length))).join(', ')}`.trim(),
  );
  const left = names.length - shown.length;
  const lines = [...groups, ...(left > 0 ? [`and ${left} more`] : [])];
  return `<details><summary>${what}</summary>${lines.join('<br>')}</details>`;
}
