/** What kubectl and helm print on stderr, and which kind of error it tells of. */

/** The kinds of error that need a different next step. */
export type ErrorKind =
  | 'plug-in'
  | 'webhook'
  | 'refused'
  | 'unauthorized'
  | 'forbidden'
  | 'clock'
  | 'untrusted'
  | 'kubeconfig'
  | 'proxy'
  | 'garbled'
  | 'unknown-resource'
  | 'throttled'
  | 'transient'
  | 'unreachable'
  | 'other';

/** Our own text for an answer with a good status that is none. */
export const NOT_OF_API_SERVER = 'the answer is not one of the API server';

/** Our own text for a kind that every Kubernetes has, and of which kubectl was not told by a busy API server. */
export const NOT_TOLD = 'the API server had no time to tell its kinds of resources (TooManyRequests)';

/**
 * Tried in this order. Errors are nested, and each program adds its words in front: `Unable to connect to the server` stands before
 * a sign-in program that is missing, `is forbidden` before a rule of the cluster. So what names a cause goes before what wraps it.
 */
const KINDS: readonly (readonly [ErrorKind, RegExp])[] = [
  [
    'plug-in',
    /getting (?:credentials|token): |exec plugin: |exec plugin is configured|no Auth Provider found for name|auth plugin has been removed/,
  ],
  ['webhook', /failed calling webhook/],
  [
    'refused',
    /violates PodSecurity|because it is being terminated|exceeded quota: |admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '/,
  ],
  // The page of a proxy, whatever status it comes with.
  ['proxy', /<!doctype html|<html/i],
  [
    'unauthorized',
    /\bUnauthorized\b|must be logged in to the server|asked for the client to provide credentials|User "system:anonymous" cannot/,
  ],
  ['forbidden', /is forbidden: User "|\bcannot \w+ (?:resource|path)\b|attempting to grant RBAC permissions/],
  ['refused', /is forbidden:|\(Forbidden\)/],
  ['clock', /certificate has expired or is not yet valid/],
  ['untrusted', /x509: |certificate signed by unknown authority|tls: failed to verify certificate/],
  [
    'kubeconfig',
    /context "[^"]*" does not exist|context was not found for specified context|error loading config file|invalid configuration: (?:no configuration|context|\[|unable)|Missing or incomplete configuration info|failed to find any PEM data|unable to (?:read|load) (?:certificate-authority|client-cert|client-key|root certificates)|localhost:8080|^error: open [^\n]+: no such file or directory|more than one authentication method found|must be specified for \S+ to use|root certificates file with the insecure flag|invalid 'proxy-url'|host must be a URL or a host:port pair|without impersonating a user|unsupported protocol scheme|invalid character "[^"]*" in host name|first path segment in URL cannot contain colon|^error: EOF$/,
  ],
  [
    'proxy',
    /proxyconnect |(?:Unable to connect to the server|Get "[^"]*"): (?:Forbidden|Proxy Authentication Required|Bad Gateway|Service Unavailable|Gateway Time-?out)\b|server gave HTTP response to HTTPS client|first record does not look like a TLS handshake/,
  ],
  // An API server never says so: the answer comes from something else, or is cut. (A control plane may well have no Deployments.)
  [
    'garbled',
    /the answer is not one of the API server|serializer for \S+ doesn't exist|invalid character '.{1,6}' looking for beginning of value|unexpected end of JSON input|Object 'Kind' is missing in|0-length response with status code: 2|unable to parse the server version|doesn't have a resource type "(?:namespaces|serviceaccounts)"/,
  ],
  ['throttled', /the API server had no time to tell/],
  [
    'unknown-resource',
    /the server doesn't have a resource type|no matches for kind|could not find the requested resource/,
  ],
  ['throttled', /TooManyRequests|Too Many Requests|too many requests/],
  [
    'transient',
    /etcdserver: |an error on the server \("|server is currently unable to handle the request|http2: client connection lost|unexpected EOF|connection reset by peer|\(InternalError\)|\(Expired\)|continue parameter is too old/,
  ],
  [
    'unreachable',
    /connection refused|was refused - did you specify|i\/o timeout|no such host|TLS handshake timeout|Unable to connect to the server|cluster unreachable|no route to host|network is unreachable|context deadline exceeded|Client\.Timeout exceeded|request canceled|: EOF\b/,
  ],
];

/** Log lines that kubectl and helm print before the error itself. A broken API extension fills them with errors that are not ours. */
const LOG_LINE = /^([EWIF]\d{4} \d\d:|level=(DEBUG|INFO|WARN) |WARNING: )/;

/** klog writes a value of several lines between `<` and `>`, indented. */
const LOG_BLOCK = /^[EWIF]\d{4} \d\d:[^\n]*=<\n(?:\t[^\n]*\n)* >[^\n]*$/gm;

/** The error without log lines (unless there is nothing else). A long text is cut to its last 2,000 characters, between words (half of a secret would fit no mask): the cause stands at the end. */
export function errorText(text: string): string {
  const withoutLog = text
    .replace(LOG_BLOCK, '')
    .split('\n')
    .filter((line) => !LOG_LINE.test(line));
  const error = withoutLog.join('\n').trim();
  const kept = error === '' ? text.trim() : error;
  return kept.length > 2_000 ? `…${kept.slice(-2_000).replace(/^\S{0,300}(?=\s)/, '')}` : kept;
}

/** The kind of error that kubectl or helm reports; `other` when no pattern fits. */
export function errorKindOf(stderr: string): ErrorKind {
  const error = errorText(stderr);
  const kind = KINDS.find(([, pattern]) => pattern.test(error))?.[0] ?? 'other';
  // Only kubectl's log lines say that it was the connection to the proxy.
  return kind === 'unreachable' && /proxyconnect /.test(stderr) ? 'proxy' : kind;
}

const BROKEN_OFF = /\bEOF\b|connection reset by peer|http2: client connection lost/;

/** Why asking again soon may help, for the log; undefined where it won't. `isBusy`: the API server had no time. */
export function whyTransient(stderr: string): { readonly why: string; readonly isBusy: boolean } | undefined {
  const kind = errorKindOf(stderr);
  if (kind === 'garbled')
    return { why: 'the answer was not one of the API server, or not whole', isBusy: false };
  if ((kind === 'transient' || kind === 'unreachable') && BROKEN_OFF.test(errorText(stderr)))
    return { why: 'the connection broke off', isBusy: false };
  const isBusy = kind === 'throttled' || kind === 'transient';
  return isBusy ? { why: 'the API server is busy', isBusy } : undefined;
}
