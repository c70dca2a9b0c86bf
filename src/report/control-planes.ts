/** One row per control plane: what changes there and why, and what the verification saw. */
import type { Change } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { RunRecord } from '../model/record.ts';
import type { ControlPlane, World } from '../model/world.ts';
import { displayName, missingWorkload } from '../space/targets.ts';
import { code, plain } from './escape.ts';
import { table } from './markdown.ts';
import { SYMBOL_OF } from './verification.ts';
import { namespaceOf, outcomeText, SYMBOLS, why } from './shared-changes.ts';

/** With more of them, control planes where nothing is to be said share a line. */
const MOST_QUIET = 40;

export function controlPlanes(record: RunRecord): readonly string[] {
  const world = record.after ?? record.world;
  if (world === undefined) return [];
  const rows = rowsOf(record, world);
  const quiet = rows.filter((row) => row.quiet);
  const shown = quiet.length > MOST_QUIET ? rows.filter((row) => !row.quiet) : rows;
  const head = [
    'Control plane',
    'Host namespace',
    'Changes',
    ...(record.checks === undefined ? [] : ['Verified']),
  ];
  const left = rows.length - shown.length;
  const passed = record.checks === undefined ? '' : ', all checks passed';
  return [
    `### Control planes: ${rows.filter((row) => row.served).length}`,
    ...(shown.length === 0
      ? []
      : [
          table(
            head,
            shown.map((row) => row.cells.slice(0, head.length)),
          ),
        ]),
    ...(left > 0 ? [`${left} more with nothing to do${passed}.`] : []),
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
  const served = world.controlPlanes.filter((one) => one.selected);
  const known = new Set(served.map((one) => one.namespace));
  const orphans = [...changes].filter(([namespace]) => namespace !== '' && !known.has(namespace));
  const byName = new Intl.Collator('en', { numeric: true });
  const checks = Map.groupBy(record.checks ?? [], (check) => check.namespace);
  return [
    ...served
      .toSorted((a, b) => byName.compare(displayName(a), displayName(b)))
      .map((one) => {
        const here = one.namespace ?? '-';
        return rowOf(one, changes.get(here) ?? [], checks.get(here) ?? [], record, world);
      }),
    ...orphans.map(([namespace, list]) => {
      const what = describe(list, record);
      return { cells: ['(gone or not selected)', code(namespace), what, ''], quiet: false, served: false };
    }),
  ];
}

function rowOf(
  one: ControlPlane,
  changes: readonly Change[],
  checks: readonly Check[],
  record: RunRecord,
  world: World,
): Row {
  const { namespace } = one;
  const missing =
    namespace === undefined ? one.notReady : missingWorkload(world, { controlPlane: one, namespace });
  const state = verified(checks);
  const notReady = missing === undefined ? [] : [`⏳ ${plain(missing)}`];
  const what = changes.length === 0 ? [] : [describe(changes, record)];
  const quiet = missing === undefined && changes.length === 0 && state.quiet;
  const cells = [
    code(displayName(one)),
    code(namespace ?? ''),
    [...notReady, ...what].join('<br>') || 'nothing to do',
    state.text,
  ];
  return { cells, quiet, served: true };
}

function describe(changes: readonly Change[], record: RunRecord): string {
  return changes
    .map((change) => {
      const subject = change.action === 'restart' ? '' : ` ${plain(change.id.replace(/\/.*/, ''))}`;
      const outcome = outcomeText(record.outcomes.get(change));
      return `${SYMBOLS[change.action]}${subject}: ${why(change)} ${outcome}`.trim();
    })
    .join('<br>');
}

function verified(checks: readonly Check[]): { readonly text: string; readonly quiet: boolean } {
  const bad = checks.filter((check) => check.status !== 'pass');
  if (bad.length === 0) return { text: checks.length === 0 ? '' : `✅ ${checks.length} checks`, quiet: true };
  const text = bad.map((check) => `${SYMBOL_OF[check.status]} ${check.check}`).join('<br>');
  return { text, quiet: false };
}
