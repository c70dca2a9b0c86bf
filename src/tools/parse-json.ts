/** JSON from outside, checked against a schema before it is used. */
import type { z } from 'zod';

/** Throws a SyntaxError for a text that is not JSON, a ZodError for JSON of another shape. */
export function parseJson<T>(text: string, schema: z.ZodType<T>): T {
  const json: unknown = JSON.parse(text);
  return schema.parse(json);
}

/** Undefined for a text that is not JSON and for JSON of another shape. */
export function parseJsonIfValid<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return parseJson(text, schema);
  } catch {
    return undefined;
  }
}
