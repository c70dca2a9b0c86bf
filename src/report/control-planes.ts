/** One row per control plane: what changes there and why, and what the verification saw. */
import type { Change, HostKey } from '../model/change.ts';
import { countOf } from '../model/count.ts';
import type { Check } from '../model/check.ts';
import type { Host } from '../model/host.ts';
import type { RunRecord } from '../model/record.ts';
import { whyNotReady } from '../space/hosts.ts';
import { code, prose } from './escape.ts';
import { andMore, foldKept, type FoldedKept } from './kept.ts';
import { table } from './markdown.ts';
import { outcomeText, SYMBOLS, why } from './shared-changes.ts';
import { SYMBOL_OF } from './verification.ts';

/** With more of them, control planes where nothing is to be said share a line. */
const MOST_QUIET = 40;

export function controlPlanes(record: RunRecord): readonly string[] {
  const world = record.after ?? record.world;
  if (world === undefined) return [];
  const rows = rowsOf(record, world.selected);
  const quiet = rows.filter(({ isQuiet }) => isQuiet);
  const shown = quiet.length > MOST_QUIET ? rows.filter(({ isQuiet }) => !isQuiet) : rows;
  const isVerified = record.checks !== undefined;
  const head = ['Control plane', 'Host namespace', 'Changes', ...(isVerified ? ['Verified'] : [])];
  const cells = shown.map((row) => row.cells.slice(0, head.length));
  const left = rows.length - shown.length;
  return [
    `### Control planes: ${world.selected.length}`,
    ...(shown.length === 0 ? [] : [table(head, cells)]),
    ...(left > 0 ? [`${left} more with nothing to do${isVerified ? ', all checks passed' : ''}.`] : []),
  ];
}

interface Row {
  readonly cells: readonly string[];
  readonly isQuiet: boolean;
}

/** Selected control planes by name, then other hosts that something happens to: pruned associations. */
function rowsOf(record: RunRecord, selected: readonly Host[]): readonly Row[] {
  const { alone, lines } = foldKept(record.plan?.changes ?? []);
  const changes = Map.groupBy(alone.filter(isOfHost), ({ host }) => host.name);
  const checks = Map.groupBy(record.checks ?? [], ({ controlPlane, namespace }) => controlPlane || namespace);
  const names = new Set(selected.map(({ name }) => name));
  const byName = new Intl.Collator('en', { numeric: true });
  const others = [...changes].filter(([name]) => !names.has(name));
  return [
    ...selected
      .toSorted((a, b) => byName.compare(a.name, b.name))
      .map((host) => rowOf(host, changes.get(host.name) ?? [], checks.get(host.name) ?? [], record)),
    ...others.flatMap(([, list]) =>
      list.slice(0, 1).map(({ host }) => {
        const cells = ['(gone or not selected)', code(host.namespace), changeTexts(list, record), ''];
        return { cells, isQuiet: false };
      }),
    ),
    ...lines.map(keptRow),
  ];
}

/** Many that are kept for the same reason. */
function keptRow({ count, named, reason }: FoldedKept['lines'][number]): Row {
  const namespaces = named.map(({ host }) => code(host.namespace));
  const cells = [
    `${count} (gone or not selected)`,
    andMore(namespaces, count),
    `${SYMBOLS.keep}: ${prose(reason)}`,
  ];
  return { cells: [...cells, ''], isQuiet: false };
}

function isOfHost(change: Change): change is Change & { readonly host: HostKey } {
  return change.host !== undefined;
}

function rowOf(host: Host, changes: readonly Change[], checks: readonly Check[], record: RunRecord): Row {
  const notReady = whyNotReady(host);
  // That it is waited for is said by the reason itself.
  const shown = changes.filter(({ write }) => write.op !== 'await-control-plane');
  const verified = verifiedText(checks);
  const texts = [
    ...(notReady === undefined ? [] : [`⏳ ${prose(notReady)}`]),
    ...(shown.length === 0 ? [] : [changeTexts(shown, record)]),
  ];
  const cells = [code(host.name), code(host.namespace), texts.join('<br>') || 'nothing to do', verified.text];
  return { cells, isQuiet: texts.length === 0 && verified.isQuiet };
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

function verifiedText(checks: readonly Check[]): { readonly text: string; readonly isQuiet: boolean } {
  const bad = checks.filter(({ status }) => status !== 'pass');
  if (bad.length === 0)
    return { text: checks.length === 0 ? '' : `✅ ${countOf(checks.length, 'check')}`, isQuiet: true };
  const text = bad.map(({ status, check }) => `${SYMBOL_OF[status]} ${check}`).join('<br>');
  return { text, isQuiet: false };
}
