/** The job summary: the counts, a table by control plane, what changed and why. Pure text making. */
import type { Change, Outcome } from '../model/change.ts';
import type { Check } from '../model/check.ts';
import type { RunRecord } from '../model/record.ts';
import { displayName, missingWorkload } from '../space/targets.ts';
import { summaryLine } from './counts.ts';
import { code, plain } from './escape.ts';

/** GitHub drops a summary of more than 1 MiB whole; this leaves room. */
const BUDGET_BYTES = 900 * 1024;

export function summary(record: RunRecord): string {
  const { config, plan } = record;
  const title = `## Spaces workload identity: ${config === undefined ? 'not started' : plain(config.intent.clusterName)}`;
  const mode =
    config === undefined ? '' : `\`mode: ${config.mode}\`, \`identity: ${config.intent.identity}\``;
  const sections = [
    title,
    ...(config !== undefined && plan !== undefined ? [`**${plain(summaryLine(config, plan))}**`] : []),
    mode,
    ...failureSection(record),
    ...controlPlaneSection(record),
    ...changeSection(record),
    ...warningSection(record),
    ...(plan === undefined ? [] : [`Plan ${code(plan.digest)}`]),
  ];
  return withinBudget(sections.filter((section) => section !== ''));
}

function failureSection({ failure }: RunRecord): readonly string[] {
  if (failure === undefined) return [];
  const { tried, said, next } = failure.details;
  return [
    `### ❌ Failed: ${code(failure.reason)}`,
    `- Tried: ${plain(tried)}\n- Seen: ${plain(said)}\n- Next: ${plain(next)}`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function controlPlaneSection(record: RunRecord): readonly string[] {
  const world = record.after ?? record.world;
  if (world === undefined) return [];
  const selected = world.controlPlanes.filter((one) => one.selected);
  if (selected.length === 0) return ['No control plane is selected.'];
  const changes = changesByNamespace(record);
  const checks = Map.groupBy(record.checks ?? [], (check) => check.namespace);
  const rows = selected.map((one) => {
    const namespace = one.namespace ?? '';
    const missing =
      one.namespace === undefined
        ? one.notReady
        : missingWorkload(world, { controlPlane: one, namespace: one.namespace });
    const done = (changes.get(namespace) ?? []).map(([change, outcome]) => describe(change, outcome));
    return [
      code(displayName(one)),
      code(namespace),
      done.length === 0 ? 'nothing to do' : done.join('<br>'),
      record.checks === undefined || missing !== undefined
        ? plain(missing ?? '')
        : verified(checks.get(namespace) ?? []),
    ];
  });
  return [
    `### Control planes: ${selected.length}`,
    table(['Control plane', 'Host namespace', 'Changes', 'Verified'], rows),
  ];
}

type Carried = readonly [Change, Outcome | undefined];

function changesByNamespace({ plan, outcomes }: RunRecord): ReadonlyMap<string, readonly Carried[]> {
  const carried = (plan?.changes ?? []).map((change): Carried => [change, outcomes.get(change)]);
  return Map.groupBy(carried, ([change]) => namespaceOf(change));
}

function namespaceOf(change: Change): string {
  const byNamespace =
    change.resource === 'association' || change.resource === 'annotation' || change.resource === 'rollout';
  return byNamespace ? change.payload.namespace : '';
}

function describe(change: Change, outcome: Outcome | undefined): string {
  const how =
    outcome === undefined
      ? ''
      : outcome.status === 'done'
        ? ' ✅'
        : outcome.status === 'failed'
          ? ' ❌'
          : ' (not attempted)';
  return `${change.action} ${plain(change.resource)}${how}`;
}

function verified(checks: readonly Check[]): string {
  if (checks.length === 0) return '';
  const bad = checks.filter((check) => check.status !== 'pass');
  if (bad.length === 0) return `✅ ${checks.length} checks`;
  return bad
    .map((check) => `${check.status === 'warn' ? '⚠️' : '❌'} ${check.check}: ${plain(check.detail)}`)
    .join('<br>');
}

function changeSection({ plan, outcomes }: RunRecord): readonly string[] {
  if (plan === undefined || plan.changes.length === 0) return [];
  const rows = plan.changes.map((change) => {
    const outcome = outcomes.get(change);
    const effect = change.effect === '' ? '' : `<br>${plain(change.effect)}`;
    const failed = outcome?.failure === undefined ? '' : `<br>❌ ${plain(outcome.failure.details.said)}`;
    const status =
      outcome === undefined
        ? ''
        : outcome.note === undefined
          ? outcome.status
          : `${outcome.status}: ${plain(outcome.note)}`;
    return [
      change.action,
      code(change.id),
      `${plain(change.reason)}${effect}${failed}`,
      change.severity,
      status,
    ];
  });
  return [`### What changes and why`, table(['Action', 'What', 'Why', 'Kind', 'Outcome'], rows)];
}

function warningSection({ plan }: RunRecord): readonly string[] {
  if (plan === undefined || plan.warnings.length === 0) return [];
  return [`### Warnings\n\n${plan.warnings.map((warning) => `- ⚠️ ${plain(warning)}`).join('\n')}`];
}

/** Whole lines from the start, as many as fit, and a word about the rest. */
function withinBudget(sections: readonly string[]): string {
  const text = `${sections.join('\n\n')}\n`;
  if (Buffer.byteLength(text) <= BUDGET_BYTES) return text;
  const kept: string[] = [];
  let used = 0;
  for (const line of text.split('\n')) {
    used += Buffer.byteLength(line) + 1;
    if (used > BUDGET_BYTES) break;
    kept.push(line);
  }
  return `${kept.join('\n')}\n\nThe rest did not fit: the outputs \`plan-file\` and \`verification-file\` have everything.\n`;
}
