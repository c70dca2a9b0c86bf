/** What changes for the Space as a whole: role, policies, provider, agent, Helm values; with the diffs of policies. */
import type { Change, Outcome } from '../model/change.ts';
import type { RunRecord } from '../model/record.ts';
import { diffLines } from './diff.ts';
import { code, plain } from './escape.ts';
import { fence, folded, table } from './markdown.ts';

/** A diff of up to so many lines stands open. */
const SHORT = 10;

export const SYMBOLS: Readonly<Record<Change['action'], string>> = {
  create: '🟢 create',
  update: '🟠 update',
  delete: '🔴 delete',
  restart: '🔄 restart',
  wait: '⏳ wait',
  foreign: '👀 foreign',
};

/** Whether a change belongs to one host namespace: those have a table of their own. */
export function namespaceOf(change: Change): string | undefined {
  const byNamespace =
    change.resource === 'association' || change.resource === 'annotation' || change.resource === 'rollout';
  if (byNamespace) return change.payload.namespace;
  return change.id.startsWith('association/') ? change.id.slice('association/'.length) : undefined;
}

export function sharedChanges({ plan, outcomes }: RunRecord): readonly string[] {
  const changes = (plan?.changes ?? []).filter(
    (change) => namespaceOf(change) === undefined && change.resource !== 'control-plane',
  );
  if (changes.length === 0) return [];
  const own = changes.filter((change) => change.action !== 'foreign');
  const seen = changes.filter((change) => change.action === 'foreign');
  const carriedOut = outcomes.size > 0;
  const rows = [...own, ...seen].map((change) => [
    SYMBOLS[change.action],
    code(change.id),
    why(change),
    change.severity,
    ...(carriedOut ? [outcomeText(outcomes.get(change))] : []),
  ]);
  const head = ['Action', 'What', 'Why', 'Kind', ...(carriedOut ? ['Outcome'] : [])];
  return ['### What changes and why', table(head, rows)];
}

export function why(change: Change): string {
  return change.effect === '' ? plain(change.reason) : `${plain(change.reason)}<br>↳ ${plain(change.effect)}`;
}

export function outcomeText(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  const { status, note, failure } = outcome;
  if (status === 'done') return '✅ done';
  if (failure !== undefined) return `❌ ${plain(failure.details.said)}`;
  return note === undefined ? '⏭️ not attempted' : `⏭️ not attempted (${plain(note)})`;
}

/** The diffs of everything that has a before or an after worth reading, by statement where it is a policy. */
export function diffs({ plan }: RunRecord): readonly string[] {
  return (plan?.changes ?? [])
    .filter((change) => namespaceOf(change) === undefined)
    .flatMap((change) => {
      const lines = diffLines(change.before, change.after);
      if (lines.length === 0) return [];
      return [
        folded(`${code(change.id)} ${plain(change.target)}`, fence('diff', lines), lines.length <= SHORT),
      ];
    });
}
