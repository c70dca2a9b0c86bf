/** Downloads over HTTP(S), the way of the proxy rule: progress lines, bounded retries, the digest taken while it streams. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { STATUS_CODES } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type Dispatcher, errors, request } from 'undici';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { retryAfterPauses } from '../../wait/retry-after-pauses.ts';
import { jobCancelled } from '../cancelled.ts';
import { errorMessage } from '../error-message.ts';
import { createDispatcher } from '../proxy/dispatcher.ts';
import { proxyRefusalOf } from '../proxy/refusal.ts';
import type { ProxyEnvironment } from '../proxy/rule.ts';

export interface Downloaded {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly bytes: number;
}

export interface Downloader {
  /** A small text; undefined when the server answers 404. */
  text(url: string): Promise<string | undefined>;
  /** Streams into a new file (0600); undefined when the server answers 404. `label` begins the progress lines. */
  file(url: string, path: string, label: string): Promise<Downloaded | undefined>;
}

interface DownloadContext {
  readonly clock: Clock;
  readonly log: Log;
  /** Has the proxy variables. */
  readonly env: ProxyEnvironment;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

interface Context extends DownloadContext {
  readonly dispatcher: Dispatcher;
}

const USER_AGENT = 'spaces-workload-identity';
/** Pauses before the second, third and fourth attempt. */
const PAUSES_MS = [1_000, 3_000, 9_000];
const SILENCE_MS = 30_000;
/** Milliseconds for the whole of it, where data comes all the time but hardly any. */
const WHOLE_MS = { text: 60_000, file: 15 * 60_000 };
const PROGRESS_MS = 5_000;
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const TRANSIENT = new Set([408, 425, 429]);
const MIB = 1024 * 1024;

/** An answer that asking again won't change. */
class Refused extends Error {}

/** A mirror's URL may hold credentials in its user part or query: the log gets neither. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function authorization(url: URL): Record<string, string> {
  if (url.username === '' && url.password === '') return {};
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Ends the work with the job or when its time is up, also where it is no request that is waited for. */
async function within<T>(
  { signal }: Context,
  url: string,
  ms: number,
  work: (ended: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(ms);
  const ended = AbortSignal.any([signal, late]);
  try {
    ended.throwIfAborted();
    const aborted = new Promise<never>((_resolve, reject) => {
      ended.addEventListener('abort', () => reject(ended.reason), { once: true });
    });
    return await Promise.race([work(ended), aborted]);
  } catch (error) {
    if (signal.aborted) throw jobCancelled(`download ${shownUrl(url)}`);
    throw late.aborted ? new Refused(`it did not end within ${ms / 1000} s`) : error;
  }
}

type Answer = Dispatcher.ResponseData;

/** Follows redirects itself: the credentials of the address are for its host alone. `ended`: nobody waits for it any longer. */
async function openUrl(dispatcher: Dispatcher, address: string, ended: AbortSignal): Promise<Answer> {
  let url = new URL(address);
  const own = authorization(url);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const headers = { 'user-agent': USER_AGENT, ...(url.host === new URL(address).host && own) };
    const silence = { headersTimeout: SILENCE_MS, bodyTimeout: SILENCE_MS };
    const { origin, pathname, search } = url;
    const answer = await request(origin + pathname + search, {
      dispatcher,
      headers,
      signal: ended,
      ...silence,
    });
    const { location } = answer.headers;
    if (typeof location !== 'string' || !REDIRECTS.has(answer.statusCode)) return answer;
    await answer.body.dump();
    const next = new URL(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new Refused(`it redirects from https to ${next.protocol}//${next.host}`);
    }
    url = next;
  }
  throw new Refused(`more than ${MAX_REDIRECTS} redirects`);
}

/** The open response of a 200, undefined for a 404; throws for the rest. */
async function openIfFound(
  dispatcher: Dispatcher,
  url: string,
  ended: AbortSignal,
): Promise<Answer | undefined> {
  const answer = await openUrl(dispatcher, url, ended);
  const { statusCode: status } = answer;
  if (status === 200) return answer;
  await answer.body.dump();
  if (status === 404) return undefined;
  const said = `HTTP status ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  throw status >= 500 || TRANSIENT.has(status) ? new Error(said) : new Refused(said);
}

async function readText(
  { dispatcher }: Context,
  url: string,
  ended: AbortSignal,
): Promise<string | undefined> {
  return await (await openIfFound(dispatcher, url, ended))?.body.text();
}

async function readFile(
  context: Context,
  url: string,
  path: string,
  label: string,
  ended: AbortSignal,
): Promise<Downloaded | undefined> {
  const { clock, log, dispatcher } = context;
  const answer = await openIfFound(dispatcher, url, ended);
  if (answer === undefined) return undefined;
  const length = Number(answer.headers['content-length'] ?? Number.NaN);
  const total = Number.isFinite(length) ? ` of ${(length / MIB).toFixed(1)}` : '';
  const hash = createHash('sha256');
  let bytes = 0;
  let reported = clock.now();
  const meter = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk);
      bytes += chunk.length;
      if (clock.now() - reported >= PROGRESS_MS) {
        reported = clock.now();
        log.info(`${label}: ${(bytes / MIB).toFixed(1)}${total} MiB so far`);
      }
      yield chunk;
    }
  };
  await pipeline(answer.body, meter, createWriteStream(path, { mode: 0o600 }));
  return { sha256: hash.digest('hex'), bytes };
}

function saidBy(error: unknown): string {
  const silent = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return silent ? `no data for ${SILENCE_MS / 1000} s` : errorMessage(error);
}

function unavailable(url: string, error: unknown, attempts: number): Failure {
  const refusal = proxyRefusalOf(error);
  const said = refusal?.said ?? saidBy(error);
  return new Failure('tool-unavailable', {
    tried: `download ${shownUrl(url)}`,
    said: attempts > 1 ? `${said} (after ${attempts} attempts)` : said,
    next:
      refusal?.next ??
      'Check that the runner reaches this address (proxy, firewall), or set `helm-download-url` or `kubectl-download-url` to a mirror, or use a tool of the runner with `helm-version: path` or `kubectl-version: path`.',
    cause: error,
  });
}

type Attempted<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown; readonly attempts: number };

async function settled<T>(attempt: () => Promise<T>, attempts: number): Promise<Attempted<T>> {
  try {
    return { kind: 'done', value: await attempt() };
  } catch (error) {
    return { kind: 'failed', error, attempts };
  }
}

function isFinal(error: unknown): boolean {
  return error instanceof Refused || error instanceof Failure || proxyRefusalOf(error)?.final === true;
}

/** Server errors and broken connections are tried four times in all; a clear refusal once. */
async function withRetries<T>(context: Context, url: string, attempt: () => Promise<T>): Promise<T> {
  const result = await retryAfterPauses({
    clock: context.clock,
    pausesMs: PAUSES_MS,
    attempt: (count) => settled(attempt, count),
    mayRetry: (attempted) => attempted.kind === 'failed' && !isFinal(attempted.error),
    beforePause: (attempted, pauseMs) => {
      const said = attempted.kind === 'failed' ? saidBy(attempted.error) : '';
      context.log.info(`${shownUrl(url)}: ${said}; next attempt in ${pauseMs / 1000} s`);
    },
  });
  if (result.kind === 'done') return result.value;
  if (result.error instanceof Failure) throw result.error;
  throw unavailable(url, result.error, result.attempts);
}

/** A downloader whose failures are `tool-unavailable` and name the address without credentials. */
export function createDownloader(given: DownloadContext, wholeMs = WHOLE_MS): Downloader {
  const context = { ...given, dispatcher: createDispatcher(given.env) };
  return {
    text: (url) =>
      withRetries(context, url, () =>
        within(context, url, wholeMs.text, (ended) => readText(context, url, ended)),
      ),
    file: async (url, path, label) => {
      const { clock, log } = context;
      log.info(`${label}: downloading ${shownUrl(url)}`);
      const started = clock.now();
      try {
        const result = await withRetries(context, url, () =>
          within(context, url, wholeMs.file, (ended) => readFile(context, url, path, label, ended)),
        );
        const seconds = ((clock.now() - started) / 1000).toFixed(1);
        if (result !== undefined)
          log.info(`${label}: ${(result.bytes / MIB).toFixed(1)} MiB in ${seconds} s`);
        return result;
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
  };
}
