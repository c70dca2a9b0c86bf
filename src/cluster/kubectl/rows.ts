/** Small output of kubectl: a JSONPath template prints one line per object, with tabs between the fields. */
import { countOf } from '../../model/count.ts';
import type { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';

/** Paths such as `.metadata.name`, by the name that the reader of a row has for them. */
export type Columns<K extends string> = Readonly<Record<K, string>>;
/** A line of output: the text of each column, empty when the object doesn't have it. */
export type Row<K extends string> = (column: K) => string;

/**
 * A template for a list: one line for each item that `filter` (`?(…)` or `*`) leaves. So 1,000 control planes are some
 * hundred kilobytes and not hundreds of megabytes of JSON.
 */
export function rowTemplate(columns: Columns<string>, filter = '*'): string {
  return `jsonpath={range .items[${filter}]}${cells(columns)}{end}`;
}

/** A template for one object. */
export function objectTemplate(columns: Columns<string>): string {
  return `jsonpath=${cells(columns)}`;
}

/**
 * The columns as a template prints them, on one line. kubectl prints strings as they are, and lists and objects as JSON, with
 * tabs and line breaks escaped: a field with free text is therefore taken with the object around it.
 */
export function cells(columns: Columns<string>): string {
  const paths = Object.values(columns).map((path) => `{${path}}`);
  return `${paths.join('{"\\t"}')}{"\\n"}`;
}

/** The rows of an output whose template was made of the same columns. */
export function rows<K extends string>(stdout: string, columns: Columns<K>): readonly Row<K>[] {
  return lines(stdout).map((line) => rowOf(line, columns));
}

/** All lines but empty ones. */
export function lines(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => line !== '');
}

/** One line by its columns; throws when it has another number of them. */
export function rowOf<K extends string>(line: string, columns: Columns<K>): Row<K> {
  const names = Object.keys(columns);
  const parts = line.split('\t');
  if (parts.length === names.length) return (column) => parts[names.indexOf(column)] ?? '';
  throw new Failure('internal', {
    tried: 'read the output of kubectl',
    said: `a line has ${countOf(parts.length, 'field')} instead of ${names.length}`,
    next: 'This kubectl prints otherwise than expected. Leave `kubectl-version` out, and report the version.',
  });
}

/** Undefined for an absent field, which kubectl prints as an empty text. */
export function nonEmpty(text: string): string | undefined {
  return text === '' ? undefined : text;
}

/** A field printed as JSON, checked; `fallback` when it is absent or of another shape. */
export function jsonField<T>(text: string, schema: z.ZodType<T>, fallback: T): T {
  return text === '' ? fallback : (parseJsonIfValid(text, schema) ?? fallback);
}
