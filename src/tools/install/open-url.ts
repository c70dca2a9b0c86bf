/** Opens an address and follows its redirects, none of which may take away what protects the download. */
import { STATUS_CODES } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { isExempt } from '../proxy/exempt.ts';

/** An answer that asking again won't change. */
export class Refused extends Error {}

export type Answer = Dispatcher.ResponseData;

export interface Opening {
  readonly dispatcher: Dispatcher;
  /** Aborted when nobody waits for the answer any longer. */
  readonly ended: AbortSignal;
  /** Milliseconds without any data after which it is given up. */
  readonly silenceMs: number;
}

const USER_AGENT = 'spaces-workload-identity';
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TRANSIENT = new Set([408, 425, 429]);

function authorization(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/**
 * Where a redirect leads. Another host is fine, since kubectl's own site sends everybody to one; the way there is not when it is
 * open and the one before was not: over HTTPS, or on the runner itself, where no pinned digest is asked for.
 */
function redirected(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href)) throw new Refused('it redirects to what is no address');
  const to = new URL(location, from);
  if (to.protocol === 'https:') return to;
  if (to.protocol !== 'http:') throw new Refused(`it redirects to an address of ${to.protocol}`);
  if (from.protocol === 'https:') throw new Refused(`it redirects from https to http://${to.host}`);
  if (isExempt(from, '') && !isExempt(to, ''))
    throw new Refused(`it redirects from the runner itself to http://${to.host}, which is not https`);
  return to;
}

/** Lets go of a body that nobody reads: one that never ends would be waited for. */
export function drop({ body }: Answer): void {
  body.on('error', () => undefined).destroy();
}

/** Follows redirects itself: the credentials of the address are for its host alone. */
async function follow({ dispatcher, ended, silenceMs }: Opening, address: string): Promise<Answer> {
  let url = new URL(address);
  const own = authorization(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const headers = { 'user-agent': USER_AGENT, ...(url.host === new URL(address).host && own) };
    const { origin, pathname, search } = url;
    const answer = await request(origin + pathname + search, {
      dispatcher,
      headers,
      signal: ended,
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
    });
    const { location } = answer.headers;
    if (typeof location !== 'string' || !REDIRECTS.has(answer.statusCode)) return answer;
    drop(answer);
    url = redirected(url, location);
  }
  throw new Refused(`more than ${MAX_REDIRECTS} redirects`);
}

/** The open response of a 200, undefined for a 404; throws for the rest, `Refused` where asking again is no use. */
export async function openIfFound(opening: Opening, url: string): Promise<Answer | undefined> {
  const answer = await follow(opening, url);
  const { statusCode: status } = answer;
  if (status === 200) return answer;
  drop(answer);
  if (status === 404) return undefined;
  const said = `HTTP status ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  throw status >= 500 || TRANSIENT.has(status) ? new Error(said) : new Refused(said);
}
