/**
 * Lean output of kubectl: a JSONPath template that prints one line an object, fields between tabs, so that 1,000 control
 * planes are some hundred kilobytes and not hundreds of megabytes of JSON. kubectl prints strings bare and lists and
 * objects as JSON on one line, where tabs and line breaks are escaped. Fields whose text is free are therefore taken with
 * the object around them. Each line ends with a break also for the sake of `@actions/exec`, which searches all it has not
 * yet split.
 */
import type { z } from 'zod';
import { Failure } from '../model/failure.ts';

/** A template for a list: the paths, such as `.metadata.name`, taken of each item that `filter` (`?(…)` or `*`) leaves. */
export function rowTemplate(paths: readonly string[], filter = '*'): string {
  return `jsonpath={range .items[${filter}]}${cells(paths)}{end}`;
}

/** A template for one object. */
export function cells(paths: readonly string[]): string {
  return `${paths.map((path) => `{${path}}`).join('{"\\t"}')}{"\\n"}`;
}

/** The lines of an output made with `rowTemplate`, each with its fields; an absent field is an empty text. */
export function rows(stdout: string, width: number): readonly (readonly string[])[] {
  return lines(stdout).map((line) => fields(line, width));
}

/** All lines but empty ones. */
export function lines(stdout: string): readonly string[] {
  return stdout.split('\n').filter((line) => line !== '');
}

/** The fields of a line; throws when there are not `width` of them. */
export function fields(line: string, width: number): readonly string[] {
  const parts = line.split('\t');
  if (parts.length === width) return parts;
  throw new Failure('internal', {
    tried: 'read the output of kubectl',
    said: `a line has ${parts.length} fields instead of ${width}`,
    next: 'This kubectl prints otherwise than expected. Leave `kubectl-version` out, and report the version.',
  });
}

/** An absent field as undefined. */
export function optional(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** A field printed as JSON, checked; `fallback` when it is absent or of another shape. */
export function jsonField<T>(text: string | undefined, schema: z.ZodType<T>, fallback: T): T {
  if (text === undefined || text === '') return fallback;
  try {
    const json: unknown = JSON.parse(text);
    const parsed = schema.safeParse(json);
    return parsed.success ? parsed.data : fallback;
  } catch {
    return fallback;
  }
}
