/** Reads the API server's answers: what kubectl would have said of each, so that both are explained by the same words. */
import { z } from 'zod';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import type { ApiAnswer } from './connection.ts';

/** `said`: as kubectl says it; empty for a good answer. */
export interface Answered<T> {
  readonly code: number;
  readonly stderr: string;
  readonly value: T;
}

export function answeredBy<T>(value: T): Answered<T> {
  return { code: 0, stderr: '', value };
}

export function unanswered<T>(stderr: string, value: T): Answered<T> {
  return { code: 1, stderr, value };
}

const statusSchema = z.object({
  kind: z.literal('Status').optional(),
  reason: z.string().default(''),
  message: z.string(),
});

/** What a refusal says; undefined for an answer with a good status. */
export function refusalIn({ status, body }: ApiAnswer): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  const said = parseJsonIfValid(body, statusSchema);
  // Without a kind it is kubectl's own text, of one that was started for this request alone.
  if (said?.kind === undefined && said !== undefined) return said.message;
  if (said !== undefined)
    return `Error from server${said.reason === '' ? '' : ` (${said.reason})`}: ${said.message}`;
  if (/<html|<!doctype/i.test(body) || status < 500) return `${NOT_OF_API_SERVER}: HTTP status ${status}`;
  // The proxy's own words: it did not reach the API server, or could not sign in.
  return `Unable to connect to the server: ${body.trim()}`;
}

const pageSchema = z.object({
  kind: z.string().endsWith('List'),
  metadata: z.object({ continue: z.string().default('') }),
  items: z.array(z.unknown()).nullable(),
});

export interface Page {
  readonly items: readonly unknown[];
  /** Where the next page begins; empty on the last. */
  readonly next: string;
}

/** One page of a list. Anything else with a good status is not of the API server, or not whole. */
export function pageIn(answer: ApiAnswer): Answered<Page> {
  const none = { items: [], next: '' };
  const refusal = refusalIn(answer);
  if (refusal !== undefined) return unanswered(refusal, none);
  const page = parseJsonIfValid(answer.body, pageSchema);
  if (page === undefined) return unanswered(NOT_OF_API_SERVER, none);
  return answeredBy({ items: page.items ?? [], next: page.metadata.continue });
}

/** One object. */
export function objectIn<T>(answer: ApiAnswer, schema: z.ZodType<T>): Answered<T | undefined> {
  const refusal = refusalIn(answer);
  if (refusal !== undefined) return unanswered(refusal, undefined);
  const value = parseJsonIfValid(answer.body, schema);
  return value === undefined ? unanswered(NOT_OF_API_SERVER, undefined) : answeredBy(value);
}
