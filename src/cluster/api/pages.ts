/** Reads a list page by page: a thousand objects in one answer would be too much for the API server. */
import type { z } from 'zod';
import type { Failure } from '../../model/failure.ts';
import { NOT_OF_API_SERVER } from '../stderr.ts';
import { type Answered, answerWith, pageIn, refusalWith } from './answer.ts';
import type { Send } from './api.ts';

export interface ListRequest<T> {
  /** For the text of a failure. */
  readonly tried: string;
  readonly path: string;
  /** What each object is read by. */
  readonly schema: z.ZodType<T>;
  /** Objects that do not fit this are passed over. */
  readonly only?: z.ZodType;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Nothing but the objects' metadata is asked for. */
  readonly metadataOnly?: boolean;
  /** The Failure for a refusal of no known kind, such as a selector that can't be read. */
  readonly onOther?: (said: string) => Failure;
}

/** Half of kubectl's: some lists are read side by side, and each page is in memory as text and as objects. */
const PAGE = 250;
/** An API server that can't answer so sends the whole objects, which have the same metadata. */
const METADATA = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';

/** All pages, or the first that went wrong. An object of another shape is no answer of an API server. */
export async function readPages<T>(send: Send, request: ListRequest<T>): Promise<Answered<readonly T[]>> {
  const { tried, schema, only, metadataOnly = false } = request;
  const found: T[] = [];
  const begun = new Set<string>();
  for (let next: string | undefined; next !== '';) {
    const path = `${request.path}?${queryOf(request, next)}`;
    const answer = await send({ method: 'GET', path, tried, ...(metadataOnly && { accept: METADATA }) });
    const { code, stderr, value } = pageIn(answer);
    if (code !== 0) return refusalWith(stderr, []);
    for (const item of value.items) {
      if (only !== undefined && !only.safeParse(item).success) continue;
      const read = schema.safeParse(item);
      if (!read.success) return refusalWith(`${NOT_OF_API_SERVER}: ${read.error.message}`, []);
      found.push(read.data);
    }
    ({ next } = value);
    // A cache that ignores the query would give the same page for ever.
    if (begun.has(next)) return refusalWith(`${NOT_OF_API_SERVER}: a page comes again and again`, []);
    begun.add(next);
  }
  return answerWith(found);
}

function queryOf(
  { fieldSelector, labelSelector }: Pick<ListRequest<unknown>, 'fieldSelector' | 'labelSelector'>,
  next: string | undefined,
): string {
  return new URLSearchParams({
    limit: String(PAGE),
    ...(fieldSelector !== undefined && { fieldSelector }),
    ...(labelSelector !== undefined && { labelSelector }),
    ...(next !== undefined && { continue: next }),
  }).toString();
}
