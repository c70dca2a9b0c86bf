/** Lists that AWS answers in pages, to their end. */
import { Failure } from '../../model/failure.ts';
import { type Call, NOT_AWS } from './aws-failure.ts';
import { type Answers, request } from './request.ts';

/** How a page says that the list goes on, and from where: EKS by `nextToken` alone, IAM by both others. */
interface Page {
  readonly nextToken?: string | undefined;
  readonly Marker?: string | undefined;
  readonly IsTruncated?: boolean | undefined;
}

/**
 * The items of all pages of one of the SDK's paginators; a page without items is no end (IAM's API reference: it may give fewer
 * than asked for, or none, where there are more). Throws `timed-out` for a list that does not come to its end: the SDK takes one
 * that is cut off for whole, and asks for one that goes on from where it has been for ever.
 */
export async function allItems<P extends Page, T, A = never>(
  call: Call,
  pages: AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
  answers: Answers<readonly A[]> = {},
): Promise<readonly (T | A)[]> {
  return await request<readonly T[], readonly A[]>(call, () => read(call, pages, itemsOf), answers);
}

async function read<P extends Page, T>(
  call: Call,
  pages: AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
): Promise<readonly T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  for await (const page of pages) {
    items.push(...(itemsOf(page) ?? []));
    const next = page.nextToken ?? page.Marker;
    if (next === undefined || next === '') {
      if (page.IsTruncated === true) throw endless(call, 'says that it goes on, and not from where');
    } else if (seen.has(next)) throw endless(call, 'goes on from where it has been before');
    else seen.add(next);
  }
  return items;
}

function endless(call: Call, what: string): Failure {
  return new Failure('timed-out', { tried: call.tried, said: `the list ${what}`, next: NOT_AWS });
}
