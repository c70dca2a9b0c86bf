/** What `npm run test:faults` has seen, as tables: how often each thing was tried, and what came of it. */
import { z } from 'zod';
import { table } from './markdown.ts';

const rowsSchema = z.array(z.record(z.string(), z.union([z.string(), z.number()])));

export type FaultRow = z.infer<typeof rowsSchema>[number];

/** The rows of a file that a suite of faults has written. Throws for anything else. */
export function faultRows(text: string): readonly FaultRow[] {
  return rowsSchema.parse(JSON.parse(text));
}

/** How the rows of one suite are put together. */
export interface FaultTable {
  /** Rows that are alike in these become one. */
  readonly by: readonly string[];
  /** What is told of a row apart from that. */
  readonly tried: readonly string[];
  /** Columns that say what came of it. */
  readonly came: readonly string[];
}

const textOf = (row: FaultRow, columns: readonly string[]): string =>
  columns
    .map((column) => String(row[column] ?? ''))
    .filter((text) => text !== '')
    .join(', ');

/** `a` 3 times and `b` once: `a (3), b`. In the order of their first appearance. */
function counted(texts: readonly string[]): string {
  return [...Map.groupBy(texts, (text) => text)]
    .map(([text, { length }]) => (length === 1 ? text : `${text} (${length})`))
    .join(', ');
}

/** A table with a row for each group of rows that are alike in the columns `by`. */
export function faultTable(rows: readonly FaultRow[], { by, tried, came }: FaultTable): string {
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((column) => row[column])));
  return table(
    [...by, 'times', 'tried', 'what came of it'],
    [...groups.values()].map((group) => [
      ...by.map((column) => String(group[0]?.[column] ?? '')),
      String(group.length),
      counted(group.map((row) => textOf(row, tried))),
      counted(group.map((row) => textOf(row, came))),
    ]),
  );
}

/** By suite, which is also the name of its part in docs/reliability.md. */
export const FAULT_TABLES: Readonly<Record<string, FaultTable>> = {
  'killed-irsa': { by: ['leg'], tried: ['write'], came: ['outcome'] },
  'killed-pod-identity': { by: ['leg'], tried: ['write'], came: ['outcome'] },
  'killed-moves': { by: ['leg'], tried: ['write'], came: ['outcome'] },
  'killed-twice': { by: ['leg'], tried: ['write'], came: ['outcome'] },
  cancelled: { by: ['identity', 'mode'], tried: ['at'], came: ['outcome'] },
  'bad-answers': { by: ['identity', 'kind'], tried: ['action'], came: ['once', 'lasting'] },
  'bad-writes': { by: ['identity', 'mode', 'kind'], tried: ['action', 'times'], came: ['outcome'] },
  'bad-cluster': { by: ['identity', 'kind'], tried: ['read'], came: ['once', 'lasting'] },
  propagation: { by: ['identity', 'what'], tried: ['seconds'], came: ['outcome'] },
  tools: { by: ['fault'], tried: ['tool'], came: ['outcome'] },
  'least-policy': { by: ['identity', 'mode', 'kind'], tried: ['permission'], came: ['outcome'] },
};
