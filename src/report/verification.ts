/** The verification as a table: a row for each control plane, a column for each check, then what was seen where it did not pass. */
import type { Check, CheckName, CheckStatus } from '../model/check.ts';
import { countOf } from '../model/count.ts';
import { CHECK_NAMES } from '../model/check.ts';
import type { RunRecord } from '../model/record.ts';
import { isVerified } from '../verify/verify.ts';
import { code, prose } from './escape.ts';
import { table } from './markdown.ts';

export const SYMBOL_OF: Readonly<Record<CheckStatus, string>> = {
  pass: '✅',
  fail: '❌',
  warn: '⚠️',
  unknown: '❓',
};

/** With more rows, those where all checks passed share a line. */
const MOST_ROWS = 40;
/** So many different things that were seen are spelled out; the file of the verification has all. */
const MOST_FINDINGS = 60;

export function verification({ checks }: RunRecord): readonly string[] {
  if (checks === undefined || checks.length === 0) return [];
  const rows = Map.groupBy(checks, (check) => check.namespace);
  const loud = [...rows.values()].filter((row) => row.some(({ status }) => status !== 'pass'));
  const shown = rows.size > MOST_ROWS ? loud : [...rows.values()];
  const names = CHECK_NAMES.filter((name) => checks.some(({ check }) => check === name));
  const left = rows.size - shown.length;
  return [
    `### Verification: ${isVerified(checks) ? '✅ verified' : '❌ not verified'}`,
    ...(shown.length === 0 ? [] : [matrix(shown, names)]),
    ...(left > 0 ? [`${countOf(left, 'more control plane')} passed all checks.`] : []),
    ...findings(checks),
  ];
}

function matrix(rows: readonly (readonly Check[])[], names: readonly CheckName[]): string {
  const head = ['Control plane', ...names.map((name) => code(name))];
  const lines = rows.map((row) => {
    const symbols = names.map((name) => {
      const found = row.find(({ check }) => check === name);
      return found === undefined ? '' : SYMBOL_OF[found.status];
    });
    return [...row.slice(0, 1).map((check) => code(nameOf(check))), ...symbols];
  });
  const byName = new Intl.Collator('en', { numeric: true });
  return table(
    head,
    lines.toSorted((a, b) => byName.compare(a.join(), b.join())),
  );
}

function nameOf({ controlPlane, namespace }: Check): string {
  return controlPlane || namespace || 'the Space';
}

const ORDER: readonly CheckStatus[] = ['fail', 'unknown', 'warn'];

/** What was seen, the worst first; what was seen alike in several control planes is said once. */
function findings(checks: readonly Check[]): readonly string[] {
  const bad = ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const alike = [
    ...Map.groupBy(bad, ({ check, status, detail }) => JSON.stringify([status, check, detail])).values(),
  ];
  if (alike.length === 0) return [];
  const lines = alike
    .slice(0, MOST_FINDINGS)
    .flatMap((group) =>
      group
        .slice(0, 1)
        .map(
          ({ check, status, detail }) =>
            `- ${SYMBOL_OF[status]} ${code(check)} ${where(group)}: ${prose(detail)}`,
        ),
    );
  const more = alike.length - lines.length;
  return [[...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')];
}

function where(group: readonly Check[]): string {
  const names = group.map(nameOf);
  if (names.length <= 3) return names.map(code).join(', ');
  return `${names.slice(0, 2).map(code).join(', ')} and ${names.length - 2} more`;
}
