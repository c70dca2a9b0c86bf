/** Downloads over HTTP(S), the way of the proxy rule: progress lines, bounded retries, the digest taken while it streams. */
import { createHash } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import type { Clock, Log } from '../../model/ports.ts';
import { jobCancelled } from '../cancelled.ts';
import { createDispatcher } from '../proxy/dispatcher.ts';
import type { ProxyEnvironment } from '../proxy/rule.ts';
import { shownUrl, withRetries } from './download-retries.ts';
import { type Answer, drop, openIfFound, type Opening, Refused } from './open-url.ts';

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
  readonly limits: DownloadLimits;
}

const PROGRESS_MS = 5_000;
const MIB = 1024 * 1024;

export interface DownloadLimits {
  /** Milliseconds without any data. */
  readonly silenceMs: number;
  /** Milliseconds for the whole of it, where data comes all the time but hardly any. */
  readonly wholeMs: { readonly text: number; readonly file: number };
  readonly bytes: { readonly text: number; readonly file: number };
}

/** A kubectl has about 60 MB, an archive of helm 20 MB, a checksum file not even 200 bytes. */
const LIMITS: DownloadLimits = {
  silenceMs: 30_000,
  wholeMs: { text: 60_000, file: 15 * 60_000 },
  bytes: { text: 64 * 1024, file: 256 * MIB },
};

/** Ends the work with the job or when its time is up, also where it is no request that is waited for. */
async function within<T>(
  { signal, dispatcher, limits }: Context,
  url: string,
  ms: number,
  work: (opening: Opening) => Promise<T>,
): Promise<T> {
  const late = AbortSignal.timeout(ms);
  const ended = AbortSignal.any([signal, late]);
  try {
    ended.throwIfAborted();
    const aborted = new Promise<never>((_resolve, reject) => {
      ended.addEventListener('abort', () => reject(ended.reason), { once: true });
    });
    return await Promise.race([work({ dispatcher, ended, silenceMs: limits.silenceMs }), aborted]);
  } catch (error) {
    if (signal.aborted) throw jobCancelled(`download ${shownUrl(url)}`);
    throw late.aborted ? new Refused(`it did not end within ${ms / 1000} s`) : error;
  }
}

/** How every page begins, and neither a program nor an archive nor a digest. */
const PAGE = /^\s*<(?:!doctype|html|\?xml)/i;

/** The body as it comes; throws for a page in its place, as a proxy or a sign-in shows one, and for more than `limit` bytes. */
async function* bounded(answer: Answer, limit: number): AsyncGenerator<Uint8Array> {
  const tooLarge = (): Refused => new Refused(`it is larger than ${(limit / MIB).toFixed(1)} MiB`);
  if (Number(answer.headers['content-length'] ?? 0) > limit) {
    drop(answer);
    throw tooLarge();
  }
  let bytes = 0;
  const chunks: AsyncIterable<Uint8Array> = answer.body;
  for await (const chunk of chunks) {
    if (bytes === 0 && PAGE.test(Buffer.from(chunk.subarray(0, 256)).toString('latin1')))
      throw new Refused('it answered with a web page');
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge();
    yield chunk;
  }
}

async function readText({ limits }: Context, opening: Opening, url: string): Promise<string | undefined> {
  const answer = await openIfFound(opening, url);
  if (answer === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(answer, limits.bytes.text)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A file that is written to, by one attempt after the other. */
interface Target {
  readonly path: string;
  /** For each attempt, when it has let go of the file: one that was ended may be about to make it. */
  readonly closed: Promise<void>[];
}

function openTarget({ path, closed }: Target): WriteStream {
  const stream = createWriteStream(path, { mode: 0o600 });
  closed.push(new Promise<void>((resolve) => stream.once('close', () => resolve())));
  return stream;
}

async function readFile(
  { clock, log, limits }: Context,
  opening: Opening,
  url: string,
  target: Target,
  label: string,
): Promise<Downloaded | undefined> {
  const answer = await openIfFound(opening, url);
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
  await pipeline(bounded(answer, limits.bytes.file), meter, openTarget(target));
  return { sha256: hash.digest('hex'), bytes };
}

/** A downloader whose failures are `tool-unavailable` and name the address without credentials. */
export function createDownloader(given: DownloadContext, limits = LIMITS): Downloader {
  const { wholeMs } = limits;
  const context = { ...given, limits, dispatcher: createDispatcher(given.env) };
  return {
    text: (url) =>
      withRetries(context, url, () =>
        within(context, url, wholeMs.text, (opening) => readText(context, opening, url)),
      ),
    file: async (url, path, label) => {
      const { clock, log } = context;
      log.info(`${label}: downloading ${shownUrl(url)}`);
      const started = clock.now();
      const target: Target = { path, closed: [] };
      try {
        const result = await withRetries(context, url, () =>
          within(context, url, wholeMs.file, (opening) => readFile(context, opening, url, target, label)),
        );
        const seconds = ((clock.now() - started) / 1000).toFixed(1);
        if (result !== undefined)
          log.info(`${label}: ${(result.bytes / MIB).toFixed(1)} MiB in ${seconds} s`);
        return result;
      } catch (error) {
        await Promise.all(target.closed);
        await rm(path, { force: true });
        throw error;
      }
    },
  };
}
