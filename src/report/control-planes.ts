/** One row per control plane: what changes there and why, and what the verification saw. */
import type { Change } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { RunRecord } from '../model/record.ts';
import type { ControlPlane, World } from '../model/world.ts';
import { displayName, missingWorkload } from '../space/targets.ts';
import { code, plain } from './escape.ts';
import { table } from './markdown.ts';
import { namespaceOf, outcomeText, SYMBOLS, why } from './shared-changes.ts';

/** With more of them, control planes where nothing is to be said share a line. */
const MOST_QUIET = 40;

export function controlPlanes(record: RunRecord): readonly string[] {
  const world = record.after ?? record.world;
  if (world === undefined) return [];
  const rows = rowsOf(record, world);
  const quiet = rows.filter((row) => row.quiet);
  const shown = quiet.length > MOST_QUIET ? rows.filter((row) => !row.quiet) : rows;
  const title = `### Control planes: ${rows.filter((row) => row.served).length}`;
  const left = rows.length - shown.length;
  return [
    title,
    ...(shown.length === 0
      ? []
      : [
          table(
            ['Control plane', 'Host namespace', 'Changes', 'Verified'],
            shown.map((row) => row.cells),
          ),
        ]),
    ...(left > 0
      ? [`${left} more with nothing to do${record.checks === undefined ? '' : ', all checks passed'}.`]
      : []),
  ];
}

interface Row {
  readonly cells: readonly string[];
  readonly quiet: boolean;
  readonly served: boolean;
}

/** Selected control planes by name, then namespaces that something happens to without one: pruned associations. */
function rowsOf(record: RunRecord, world: World): readonly Row[] {
  const changes = Map.groupBy(record.plan?.changes ?? [], (change) => namespaceOf(change) ?? '');
  const checks = Map.groupBy(record.checks ?? [], (check) => check.namespace);
  const served = world.controlPlanes.filter((one) => one.selected);
  const known = new Set(served.map((one) => one.namespace));
  const orphans = [...changes.keys()].filter((namespace) => namespace !== '' && !known.has(namespace));
  return [
    ...served
      .toSorted((a, b) => (displayName(a) < displayName(b) ? -1 : 1))
      .map((one) => {
        const mine = changes.get(one.namespace ?? '') ?? [];
        const state = verified(one, checks.get(one.namespace ?? '') ?? [], world, record);
        const own = one.namespace === undefined ? [] : mine;
        return {
          cells: cells(code(displayName(one)), one.namespace ?? '', own, state.text, record),
          quiet: own.length === 0 && state.quiet,
          served: true,
        };
      }),
    ...orphans.map((namespace) => ({
      cells: cells('(gone or not selected)', namespace, changes.get(namespace) ?? [], '', record),
      quiet: false,
      served: false,
    })),
  ];
}

function cells(
  name: string,
  namespace: string,
  changes: readonly Change[],
  state: string,
  record: RunRecord,
): readonly string[] {
  const what = changes.map((change) => {
    const outcome = outcomeText(record.outcomes.get(change));
    return `${SYMBOLS[change.action]} ${plain(change.id.split('/')[0] ?? '')}: ${why(change)} ${outcome}`.trim();
  });
  return [name, code(namespace), what.length === 0 ? 'nothing to do' : what.join('<br>'), state];
}

function verified(
  one: ControlPlane,
  checks: readonly Check[],
  world: World,
  record: RunRecord,
): { readonly text: string; readonly quiet: boolean } {
  const missing =
    one.namespace === undefined
      ? one.notReady
      : missingWorkload(world, { controlPlane: one, namespace: one.namespace });
  if (missing !== undefined) return { text: `⏳ ${plain(missing)}`, quiet: false };
  if (record.checks === undefined) return { text: '', quiet: true };
  const bad = checks.filter((check) => check.status !== 'pass');
  if (bad.length === 0) return { text: `✅ ${checks.length} checks`, quiet: true };
  const text = bad
    .map((check) => `${STATUS[check.status]} ${check.check}: ${plain(check.detail)}`)
    .join('<br>');
  return { text, quiet: false };
}

const STATUS: Readonly<Record<Check['status'], string>> = {
  pass: '✅',
  fail: '❌',
  warn: '⚠️',
  unknown: '❔',
};
