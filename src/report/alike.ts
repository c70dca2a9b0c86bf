/** Rows that say the same of many control planes become one, with their number, and their names folded away. */
import { countOf } from '../model/count.ts';
import type { Host } from '../model/host.ts';
import type { RunRecord } from '../model/record.ts';
import { code, plain } from './escape.ts';

/** Up to this many rows that are alike are left as they are. */
const MOST_ALONE = 5;
/** Stands in a shared row where each single text names something of one control plane's own. */
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

/** What is one control plane's own in a text: its names, and those of its pods and its association. */
interface OwnWords {
  readonly words: ReadonlySet<string>;
  /** Its group with the slash before its name; empty without one. */
  readonly group: string;
}

/** What a text may name of one control plane, by its host namespace. */
export type OwnWordsOf = (namespace: string) => OwnWords | undefined;

/** From the hosts as they were seen before and after the run. */
export function ownWordsIn({ world, after }: RunRecord): OwnWordsOf {
  const hosts = Map.groupBy([...(world?.hosts ?? []), ...(after?.hosts ?? [])], ({ namespace }) => namespace);
  return (namespace) => {
    const found = hosts.get(namespace);
    if (found === undefined) return undefined;
    const group = found.map(({ controlPlane }) => controlPlane?.group ?? '').find((name) => name !== '');
    return { words: new Set(found.flatMap(wordsOf)), group: group === undefined ? '' : `${group}/` };
  };
}

function wordsOf({ namespace, controlPlane, association, pods }: Host): readonly string[] {
  const names = [namespace, controlPlane?.name ?? '', controlPlane?.id ?? '', association?.id ?? ''];
  return [...names, ...pods.map((pod) => pod.name)];
}

/** What Kubernetes and AWS use in names, but no slash; neither a tag's name nor a character's number. */
const WORD = /(?<![\w-]|<\/?|&#)[\w-]+(?:\.[\w-]+)*/g;

/** The text as it can be said of others too. */
export function withoutOwn(text: string, own: OwnWords | undefined): string {
  if (own === undefined) return text;
  const shared = text.replaceAll(WORD, (word) => (own.words.has(word) ? OWN : word));
  return own.group === '' ? shared : shared.replaceAll(`${own.group}${OWN}`, OWN);
}

const { compare } = new Intl.Collator('en', { numeric: true });

/** Compares names as people sort them: `app-2` before `app-10`. */
export function byName(a: string, b: string): number {
  return compare(a, b);
}

/** How many there are, and their names, by group, as many as `most`, to be unfolded. */
export function namesFolded(
  names: readonly string[],
  most: number,
  what = countOf(names.length, 'control plane'),
): string {
  const shown = names.toSorted(byName).slice(0, most);
  const groups = [...Map.groupBy(shown, (name) => name.slice(0, name.lastIndexOf('/') + 1))].map(
    ([group, list]) =>
      `${code(group)} ${list.map((name) => plain(name.slice(group.length))).join(', ')}`.trim(),
  );
  const left = names.length - shown.length;
  const lines = [...groups, ...(left > 0 ? [`and ${left} more`] : [])];
  return `<details><summary>${what}</summary>${lines.join('<br>')}</details>`;
}
