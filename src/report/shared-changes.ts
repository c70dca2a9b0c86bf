/** What changes for the Space as a whole: role, policies, provider, agent, Helm values; with the diffs of policies. */
import type { Action, Change, Outcome, Outcomes } from '../model/change.ts';
import { countOf } from '../model/count.ts';
import type { Json } from '../model/json.ts';
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

/** A table with its heading; nothing without such changes. */
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

/** Reason and effect of a change, for a cell of a table. */
export function why(change: Change): string {
  return change.effect === '' ? prose(change.reason) : `${prose(change.reason)}<br>↳ ${prose(change.effect)}`;
}

/** What came of a change, for a cell of a table; empty as long as nothing has. */
export function outcomeText({ address }: Change, outcomes: Outcomes): string {
  const outcome: Outcome | undefined = outcomes.get(address);
  if (outcome === undefined) return '';
  const { status, failure } = outcome;
  switch (status) {
    case 'done':
      return '✅ done';
    case 'not-attempted':
      return `⏭️ not attempted${failure === undefined ? '' : `: ${prose(failure.details.said)}`}`;
    case 'failed':
      return `❌ ${prose(failure?.details.said ?? 'failed')}`;
  }
}

/** How many session policies are shown: they differ only by what the placeholders stand for. */
const MOST_SESSIONS = 10;

/** The diffs of everything that has a before or an after worth reading, by statement where it is a policy. */
export function diffs({ plan }: RunRecord): readonly string[] {
  const changes = plan?.changes ?? [];
  const shared = changes.filter(({ host }) => host === undefined).flatMap(diffOf);
  const sessions = changes.flatMap(({ id, host, before, after }) =>
    host === undefined
      ? []
      : diffOf({ id, target: host.name, before: sessionPolicyIn(before), after: sessionPolicyIn(after) }),
  );
  const left = sessions.length - MOST_SESSIONS;
  const more =
    left > 0 ? [`${countOf(left, 'more session policy', 'more session policies')} in the plan file.`] : [];
  return [...shared, ...sessions.slice(0, MOST_SESSIONS), ...more];
}

function diffOf({
  id,
  target,
  before,
  after,
}: Pick<Change, 'id' | 'target' | 'before' | 'after'>): readonly string[] {
  const lines = diffLines(before, after);
  if (lines.length === 0) return [];
  return [folded(`${code(id)} ${plain(target)}`, fence('diff', lines), lines.length <= SHORT)];
}

/** That of an association; null where there is none. */
function sessionPolicyIn(value: Json): Json {
  return typeof value === 'object' && value !== null && 'sessionPolicy' in value
    ? value['sessionPolicy']
    : null;
}
