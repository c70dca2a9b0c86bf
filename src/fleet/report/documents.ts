/** The report as data: fleet.json, and the badge in the form of shields.io's endpoint. */
import { countOf } from '../../model/count.ts';
import type { Json } from '../../model/json.ts';
import type { Verdict } from '../../model/record.ts';
import { type Fleet, WORST_FIRST } from './model.ts';

/** How many clusters there are of each verdict that any has, worst first. */
export function verdictCounts({ rows }: Pick<Fleet, 'rows'>): readonly (readonly [Verdict, number])[] {
  return WORST_FIRST.map(
    (verdict) => [verdict, rows.filter((row) => row.verdict === verdict).length] as const,
  ).filter(([, count]) => count > 0);
}

/** `now` in milliseconds since the epoch. */
export function fleetDocument(fleet: Fleet, now: number): string {
  const { label, verdict, planes, rows, problems } = fleet;
  const document: Json = {
    version: 1,
    label,
    verdict,
    gatheredAt: new Date(now).toISOString(),
    counts: Object.fromEntries(verdictCounts(fleet)),
    controlPlanes: { ...planes },
    clusters: rows.map(({ planes: counts, isExpected, reason, ...row }) => ({
      ...row,
      failureReason: reason,
      expected: isExpected,
      controlPlanes: { ...counts },
    })),
    problems: problems.map(({ path, message }) => ({ path, message })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const COLORS: Readonly<Record<Verdict, string>> = {
  error: 'critical',
  drifted: 'critical',
  unknown: 'lightgrey',
  changes: 'yellow',
  destroyed: 'inactive',
  applied: 'success',
  'in-sync': 'success',
};

/** Words for a badge, a summary and a log: `in-sync` as `in sync`. */
export function countsText(fleet: Fleet): string {
  const counts = verdictCounts(fleet).map(([verdict, count]) => `${count} ${verdict.replace('-', ' ')}`);
  return counts.length === 0 ? 'no clusters' : counts.join(', ');
}

/** shields.io, "Endpoint Badge": `schemaVersion`, `label`, `message`, `color`, `isError`. */
export function badgeDocument(fleet: Fleet): string {
  const { verdict, rows } = fleet;
  const isUniform = rows.length > 0 && rows.every((row) => row.verdict === verdict);
  const message = isUniform
    ? `${verdict.replace('-', ' ')}, ${countOf(rows.length, 'cluster')}`
    : countsText(fleet);
  return `${JSON.stringify({
    schemaVersion: 1,
    label: 'workload identity',
    message,
    color: COLORS[verdict],
    ...(verdict === 'error' && { isError: true }),
  })}\n`;
}
