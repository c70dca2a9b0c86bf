/** Reads the API server's answers: what kubectl would have said of each, so that both are explained by the same words. */
import { z } from 'zod';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import type { ApiAnswer } from './connection.ts';

/** What was read from an answer, in the form of a kubectl that has ended. */
export interface Answered<T> {
  /** 0 for a good answer. */
  readonly code: number;
  /** What kubectl would print; empty for a good answer. */
  readonly stderr: string;
  /** What the caller takes for an empty answer, when the API refused. */
  readonly value: T;
}

/** What the API answered when it refused nothing. */
export function answerWith<T>(value: T): Answered<T> {
  return { code: 0, stderr: '', value };
}

/** A refusal in kubectl's words. `value`: what the caller takes for an empty answer. */
export function refusalWith<T>(stderr: string, value: T): Answered<T> {
  return { code: 1, stderr, value };
}

const statusSchema = z.object({
  kind: z.literal('Status'),
  reason: z.string().default(''),
  message: z.string(),
});

/** What a refusal says; undefined for an answer with a good status. */
export function refusalIn({ status, body, stderr = '' }: ApiAnswer): string | undefined {
  if (status >= 200 && status < 300) return undefined;
  // The words of a kubectl that was started for this request alone.
  if (body === '' && stderr !== '') return stderr;
  const said = parseJsonIfValid(body, statusSchema);
  if (said !== undefined)
    return `Error from server${said.reason === '' ? '' : ` (${said.reason})`}: ${said.message}`;
  if (/<html|<!doctype/i.test(body) || status < 500) return `${NOT_OF_API_SERVER}: HTTP status ${status}`;
  // The proxy's own words: it did not reach the API server, or could not sign in.
  return `${stderr}\nUnable to connect to the server: ${body.trim()}`.trim();
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
  if (refusal !== undefined) return refusalWith(refusal, none);
  const page = parseJsonIfValid(answer.body, pageSchema);
  if (page === undefined) return refusalWith(NOT_OF_API_SERVER, none);
  return answerWith({ items: page.items ?? [], next: page.metadata.continue });
}

/** One object. */
export function objectIn<T>(answer: ApiAnswer, schema: z.ZodType<T>): Answered<T | undefined> {
  const refusal = refusalIn(answer);
  if (refusal !== undefined) return refusalWith(refusal, undefined);
  const value = parseJsonIfValid(answer.body, schema);
  return value === undefined ? refusalWith(NOT_OF_API_SERVER, undefined) : answerWith(value);
}
