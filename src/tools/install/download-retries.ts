/** Tries a download again, and says why it could not be had. */
import { errors } from 'undici';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { retryAfterPauses } from '../../wait/retry-after-pauses.ts';
import { errorMessage } from '../error-message.ts';
import { proxyRefusalOf } from '../proxy/refusal.ts';
import { Refused } from './open-url.ts';

export interface DownloadRetries {
  readonly clock: Clock;
  readonly log: Log;
  /** Milliseconds without any data. */
  readonly limits: { readonly silenceMs: number };
}

/** Pauses before the second, third and fourth attempt. */
const PAUSES_MS = [1_000, 3_000, 9_000];

/** A mirror's URL may hold credentials in its user part or query: the log gets neither. */
export function shownUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function saidBy({ limits }: DownloadRetries, error: unknown): string {
  const silent = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError;
  return silent ? `no data for ${limits.silenceMs / 1000} s` : errorMessage(error);
}

function unavailable(context: DownloadRetries, url: string, error: unknown, attempts: number): Failure {
  const refusal = proxyRefusalOf(error);
  const said = refusal?.said ?? saidBy(context, error);
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

/** Server errors and broken connections are tried four times in all; a clear refusal once. Throws `tool-unavailable`, or `cancelled`. */
export async function withRetries<T>(
  context: DownloadRetries,
  url: string,
  attempt: () => Promise<T>,
): Promise<T> {
  const result = await retryAfterPauses({
    clock: context.clock,
    pausesMs: PAUSES_MS,
    attempt: (count) => settled(attempt, count),
    mayRetry: (attempted) => attempted.kind === 'failed' && !isFinal(attempted.error),
    beforePause: (attempted, pauseMs) => {
      const said = attempted.kind === 'failed' ? saidBy(context, attempted.error) : '';
      context.log.info(`${shownUrl(url)}: ${said}; next attempt in ${pauseMs / 1000} s`);
    },
  });
  if (result.kind === 'done') return result.value;
  if (result.error instanceof Failure) throw result.error;
  throw unavailable(context, url, result.error, result.attempts);
}
