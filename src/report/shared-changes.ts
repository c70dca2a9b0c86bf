/** What changes for the Space as a whole: role, policies, provider, agent, Helm values; with the diffs of policies. */
import type { Action, Change, Outcome, Outcomes } from '../model/change.ts';
import type { RunRecord } from '../model/record.ts';
import { diffLines } from './diff.ts';
import { code, plain, prose } from './escape.ts';
import { fence, folded, table } from './markdown.ts';

/** A diff of up to so many lines stands open. */
const SHORT = 10;

export const SYMBOLS: Readonly<Record<Action, string>> = {
  create: '🟢 create',
  update: '🟠 update',
  delete: '🔴 delete',
  restart: '🔄 restart',
  wait: '⏳ wait',
  keep: '🔒 keep',
  foreign: '👀 foreign',
};

export function sharedChanges({ plan, outcomes }: RunRecord): readonly string[] {
  // Those of one control plane have a table of their own.
  const changes = (plan?.changes ?? []).filter(({ host }) => host === undefined);
  if (changes.length === 0) return [];
  const own = changes.filter(({ write }) => write.op !== 'none');
  const seen = changes.filter(({ write }) => write.op === 'none');
  const carriedOut = outcomes.size > 0;
  const rows = [...own, ...seen].map((change) => [
    SYMBOLS[change.action],
    code(change.id),
    why(change),
    change.severity,
    ...(carriedOut ? [outcomeText(change, outcomes)] : []),
  ]);
  const head = ['Action', 'What', 'Why', 'Kind', ...(carriedOut ? ['Outcome'] : [])];
  return ['### What changes and why', table(head, rows)];
}

export function why(change: Change): string {
  return change.effect === '' ? prose(change.reason) : `${prose(change.reason)}<br>↳ ${prose(change.effect)}`;
}

export function outcomeText({ address }: Change, outcomes: Outcomes): string {
  const outcome: Outcome | undefined = outcomes.get(address);
  if (outcome === undefined) return '';
  const { status, failure } = outcome;
  if (status === 'done') return '✅ done';
  return failure === undefined ? '⏭️ not attempted' : `❌ ${prose(failure.details.said)}`;
}

/** The diffs of everything that has a before or an after worth reading, by statement where it is a policy. */
export function diffs({ plan }: RunRecord): readonly string[] {
  return (plan?.changes ?? [])
    .filter(({ host }) => host === undefined)
    .flatMap(({ id, target, before, after }) => {
      const lines = diffLines(before, after);
      if (lines.length === 0) return [];
      return [folded(`${code(id)} ${plain(target)}`, fence('diff', lines), lines.length <= SHORT)];
    });
}
