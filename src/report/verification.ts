/** The verification as a table: a row for each control plane, those alike together, a column for each check, then what did not pass. */
import { type Check, CHECK_NAMES, type CheckName, type CheckStatus } from '../model/check.ts';
import { countOf } from '../model/count.ts';
import type { RunRecord } from '../model/record.ts';
import { isVerified } from '../verify/verify.ts';
import { alike, byName, namesFolded, ownWordsIn, withoutOwn, type OwnWordsOf } from './alike.ts';
import { code, prose } from './escape.ts';
import { table } from './markdown.ts';

export const SYMBOL_OF: Readonly<Record<CheckStatus, string>> = {
  pass: '✅',
  fail: '❌',
  warn: '⚠️',
  unknown: '❓',
};

/** At most this many different findings are shown; the verification file has all. */
const MOST_FINDINGS = 60;

/** The section of the checks. `mostNames`: how many names of control planes that share a row are shown. */
export function verification(record: RunRecord, mostNames: number): readonly string[] {
  const { checks } = record;
  if (checks === undefined || checks.length === 0) return [];
  const names = CHECK_NAMES.filter((name) => checks.some(({ check }) => check === name));
  const rows = [...Map.groupBy(checks, (check) => check.namespace).values()].map((row) => toRow(row, names));
  return [
    `### Verification: ${isVerified(checks) ? '✅ verified' : '❌ not verified'}`,
    matrix(rows, names, mostNames),
    ...findings(checks, ownWordsIn(record)),
  ];
}

interface MatrixRow {
  readonly name: string;
  readonly symbols: readonly string[];
  readonly isPassed: boolean;
}

function toRow(checks: readonly Check[], names: readonly CheckName[]): MatrixRow {
  const symbols = names.map((name) => {
    const found = checks.find(({ check }) => check === name);
    return found === undefined ? '' : SYMBOL_OF[found.status];
  });
  const isPassed = checks.every(({ status }) => status === 'pass');
  return { name: checks.slice(0, 1).map(whoseCheck).join(''), symbols, isPassed };
}

function matrix(rows: readonly MatrixRow[], names: readonly CheckName[], mostNames: number): string {
  const sorted = rows.toSorted((a, b) => byName(a.name, b.name));
  const groups = alike(sorted, ({ symbols }) => symbols.join('|'));
  return table(
    ['Control plane', ...names.map((name) => code(name))],
    groups.flatMap((group) =>
      group.slice(0, 1).map(({ symbols, isPassed }) => [nameCell(group, isPassed, mostNames), ...symbols]),
    ),
  );
}

/** The names of those that passed are in the table of control planes. */
function nameCell(group: readonly MatrixRow[], isPassed: boolean, mostNames: number): string {
  const names = group.map(({ name }) => name);
  if (names.length === 1) return code(names.join(''));
  return isPassed ? countOf(names.length, 'control plane') : namesFolded(names, mostNames);
}

/** Whose check it is: `group/name`, the namespace where it has no name, or the Space. */
export function whoseCheck({ controlPlane, namespace }: Check): string {
  return controlPlane || namespace || 'the Space';
}

const ORDER: readonly CheckStatus[] = ['fail', 'unknown', 'warn'];

/** What was seen, the worst first; what was seen alike in several control planes is said once. */
function findings(checks: readonly Check[], own: OwnWordsOf): readonly string[] {
  const bad = ORDER.flatMap((status) => checks.filter((check) => check.status === status));
  const groups = [
    ...Map.groupBy(bad, ({ check, status, namespace, detail }) =>
      JSON.stringify([status, check, withoutOwn(detail, own(namespace))]),
    ).values(),
  ];
  if (groups.length === 0) return [];
  const lines = groups
    .slice(0, MOST_FINDINGS)
    .flatMap((group) =>
      group
        .slice(0, 1)
        .map(
          ({ check, status, namespace, detail }) =>
            `- ${SYMBOL_OF[status]} ${code(check)} ${where(group)}: ${prose(group.length === 1 ? detail : withoutOwn(detail, own(namespace)))}`,
        ),
    );
  const more = groups.length - lines.length;
  return [[...lines, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')];
}

function where(group: readonly Check[]): string {
  const names = group.map(whoseCheck);
  if (names.length <= 3) return names.map(code).join(', ');
  return `${names.slice(0, 2).map(code).join(', ')} and ${names.length - 2} more`;
}
