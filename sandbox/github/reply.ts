/** An answer of the REST API. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** GitHub's way to say no. */
export function problem(status: number, message: string, errors?: readonly object[]): Reply {
  const body = { message, documentation_url: 'https://docs.github.com/rest', status: String(status) };
  return { status, body: errors ? { ...body, errors } : body };
}

/** What a job's token gets when the job's `permissions:` leave the thing out. */
export const inaccessible = problem(403, 'Resource not accessible by integration');

export const notFound = problem(404, 'Not Found');

/** One page of a list, with the `Link` header that leads to the others. 30 a page, at most 100. */
export function page(items: readonly unknown[], url: URL): Reply {
  const size = Math.min(Math.max(Number(url.searchParams.get('per_page') ?? 30) || 30, 1), 100);
  const current = Math.max(Number(url.searchParams.get('page') ?? 1) || 1, 1);
  const last = Math.max(Math.ceil(items.length / size), 1);
  const links: string[] = [];
  const link = (target: number, relation: string): void => {
    const to = new URL(url);
    to.searchParams.set('page', String(target));
    links.push(`<${to.href}>; rel="${relation}"`);
  };
  if (current > 1) link(current - 1, 'prev');
  if (current < last) {
    link(current + 1, 'next');
    link(last, 'last');
  }
  if (current > 1) link(1, 'first');
  const body = items.slice((current - 1) * size, current * size);
  return links.length === 0
    ? { status: 200, body }
    : { status: 200, body, headers: { link: links.join(', ') } };
}
