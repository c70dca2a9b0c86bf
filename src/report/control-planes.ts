/** What changes in each control plane and why, and what the verification saw; those of which the same is to be said share a row. */
import type { Change, HostKey } from '../model/change.ts';
import { countOf } from '../model/count.ts';
import type { Check } from '../model/check.ts';
import type { Host } from '../model/host.ts';
import type { RunRecord } from '../model/record.ts';
import { whyNotReady } from '../space/hosts.ts';
import { alike, byName, namesFolded, ownWordsIn, withoutOwn, type OwnWordsOf } from './alike.ts';
import { code, prose } from './escape.ts';
import { andMore, foldKept, type FoldedKept } from './kept.ts';
import { table } from './markdown.ts';
import { outcomeText, SYMBOLS, why } from './shared-changes.ts';
import { SYMBOL_OF } from './verification.ts';

/** Rows of the table, those alike together; of a group that is folded, at most so many names. */
export function controlPlanes(record: RunRecord, mostNames: number): readonly string[] {
  const world = record.after ?? record.world;
  if (world === undefined) return [];
  const head = [
    'Control plane',
    'Host namespace',
    'Changes',
    ...(record.checks === undefined ? [] : ['Verified']),
  ];
  const { rows, kept } = rowsOf(record, world.selected);
  const cells = alike(rows, ({ key }) => key).flatMap((group) =>
    group.length === 1 ? group.map((row) => row.cells) : [groupCells(group, mostNames)],
  );
  const all = [...cells, ...kept].map((row) => row.slice(0, head.length));
  return [`### Control planes: ${world.selected.length}`, ...(all.length === 0 ? [] : [table(head, all)])];
}

interface Row {
  readonly name: string;
  readonly isSelected: boolean;
  readonly cells: readonly string[];
  /** What is said of it, as it may be said of others too. */
  readonly shared: readonly string[];
  /** The same for rows that can be one. */
  readonly key: string;
}

/** Selected control planes by name, then other hosts that something happens to: pruned associations. */
function rowsOf(
  record: RunRecord,
  selected: readonly Host[],
): { readonly rows: readonly Row[]; readonly kept: readonly (readonly string[])[] } {
  const { alone, lines } = foldKept(record.plan?.changes ?? []);
  const changes = Map.groupBy(alone.filter(isOfHost), ({ host }) => host.name);
  const checks = Map.groupBy(record.checks ?? [], ({ controlPlane, namespace }) => controlPlane || namespace);
  const own = ownWordsIn(record);
  const names = new Set(selected.map(({ name }) => name));
  const others = [...changes].filter(([name]) => !names.has(name));
  const rows = [
    ...selected
      .toSorted((a, b) => byName(a.name, b.name))
      .map((host) => {
        const said = [
          whatHappens(host, changes.get(host.name) ?? [], record),
          verifiedText(checks.get(host.name) ?? []),
        ];
        return rowOf(host, said, own, true);
      }),
    ...others.flatMap(([, list]) =>
      list.slice(0, 1).map(({ host }) => rowOf(host, [changeTexts(list, record), ''], own, false)),
    ),
  ];
  return { rows, kept: lines.map(keptCells) };
}

function rowOf(
  { name, namespace }: HostKey,
  said: readonly string[],
  own: OwnWordsOf,
  isSelected: boolean,
): Row {
  const shared = said.map((text) => withoutOwn(text, own(namespace)));
  return {
    name: isSelected ? name : namespace,
    isSelected,
    cells: [isSelected ? code(name) : GONE, code(namespace), ...said],
    shared,
    key: JSON.stringify([isSelected, namespace === '', ...shared]),
  };
}

const GONE = '(gone or not selected)';

/** One row for many. Their host namespaces are in the files of plan and verification. */
function groupCells(group: readonly Row[], mostNames: number): readonly string[] {
  const names = group.map(({ name }) => name);
  return group.slice(0, 1).flatMap(({ isSelected, shared }) => {
    const first = isSelected ? namesFolded(names, mostNames) : `${group.length} ${GONE}`;
    return [
      first,
      isSelected ? '' : namesFolded(names, mostNames, countOf(group.length, 'namespace')),
      ...shared,
    ];
  });
}

/** Many that are kept for the same reason. */
function keptCells({ count, named, reason }: FoldedKept['lines'][number]): readonly string[] {
  const namespaces = named.map(({ host }) => code(host.namespace));
  return [`${count} ${GONE}`, andMore(namespaces, count), `${SYMBOLS.keep}: ${prose(reason)}`, ''];
}

function isOfHost(change: Change): change is Change & { readonly host: HostKey } {
  return change.host !== undefined;
}

function whatHappens(host: Host, changes: readonly Change[], record: RunRecord): string {
  const notReady = whyNotReady(host);
  // The reason itself says that it is waited for.
  const shown = changes.filter(({ write }) => write.op !== 'await-control-plane');
  const texts = [
    ...(notReady === undefined ? [] : [`⏳ ${prose(notReady)}`]),
    ...(shown.length === 0 ? [] : [changeTexts(shown, record)]),
  ];
  return texts.join('<br>') || 'nothing to do';
}

function changeTexts(changes: readonly Change[], { outcomes }: RunRecord): string {
  return changes
    .map((change) => {
      const what = change.action === 'restart' ? '' : ` ${KINDS[change.write.op] ?? 'association'}`;
      return `${SYMBOLS[change.action]}${what}: ${why(change)} ${outcomeText(change, outcomes)}`.trim();
    })
    .join('<br>');
}

/** What the changes of a control plane are about, where it is not its association. */
const KINDS: Partial<Record<Change['write']['op'], string>> = { 'await-annotation': 'annotation' };

function verifiedText(checks: readonly Check[]): string {
  const bad = checks.filter(({ status }) => status !== 'pass');
  if (bad.length > 0) return bad.map(({ status, check }) => `${SYMBOL_OF[status]} ${check}`).join('<br>');
  return checks.length === 0 ? '' : `✅ ${countOf(checks.length, 'check')}`;
}
