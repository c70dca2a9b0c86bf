/** What kubectl and helm print on stderr, and which kind of error it tells of. */

/** The kinds of error that need a different next step. */
export type ErrorKind =
  | 'unauthorized'
  | 'forbidden'
  | 'unreachable'
  | 'untrusted'
  | 'unknown-resource'
  | 'throttled'
  | 'transient'
  | 'other';

/** Tried in this order: the text of a refused permission may also match a later pattern. */
const KINDS: readonly (readonly [ErrorKind, RegExp])[] = [
  [
    'unauthorized',
    /\bUnauthorized\b|must be logged in to the server|asked for the client to provide credentials|User "system:anonymous" cannot/,
  ],
  ['forbidden', /is forbidden:|\(Forbidden\)|\bcannot \w+ resource\b/],
  ['untrusted', /x509: |certificate signed by unknown authority|tls: failed to verify certificate/],
  [
    'unknown-resource',
    /the server doesn't have a resource type|no matches for kind|could not find the requested resource/,
  ],
  ['throttled', /TooManyRequests|Too Many Requests|too many requests/],
  [
    'transient',
    /etcdserver: |server is currently unable to handle the request|http2: client connection lost|unexpected EOF|connection reset by peer|\(InternalError\)/,
  ],
  [
    'unreachable',
    /connection refused|was refused - did you specify|i\/o timeout|no such host|TLS handshake timeout|Unable to connect to the server|cluster unreachable|no route to host|network is unreachable|context deadline exceeded|Client\.Timeout exceeded|request canceled/,
  ],
];

/** Log lines that kubectl and helm print before the error itself. A broken API extension fills them with errors that are not ours. */
const LOG_LINE = /^([EWIF]\d{4} \d\d:|level=(DEBUG|INFO|WARN) |WARNING: )/;

/** The error without log lines (unless there is nothing else). A long text is cut to its last 2,000 characters, between words (half of a secret would fit no mask): the cause stands at the end. */
export function errorText(text: string): string {
  const withoutLog = text.split('\n').filter((line) => !LOG_LINE.test(line));
  const error = withoutLog.join('\n').trim();
  const kept = error === '' ? text.trim() : error;
  return kept.length > 2_000 ? `…${kept.slice(-2_000).replace(/^\S{0,300}(?=\s)/, '')}` : kept;
}

/** The kind of error that kubectl or helm reports; `other` when no pattern fits. */
export function errorKindOf(stderr: string): ErrorKind {
  const error = errorText(stderr);
  return KINDS.find(([, pattern]) => pattern.test(error))?.[0] ?? 'other';
}

/** Whether asking again soon may help: the API server was busy or restarting. */
export function isTransient(stderr: string): boolean {
  const kind = errorKindOf(stderr);
  return kind === 'throttled' || kind === 'transient';
}
