/** Says why a chart could not be fetched: sign-in refused, read refused, no such version, or the source out of reach. */
import { errorText } from '../stderr.ts';
import { Failure } from '../../model/failure.ts';

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Shorter names also stand in ordinary words. */
const MIN_NAME_LENGTH = 6;

/** helm prints addresses and answers of registries, not credentials; this is for the case that one slips in. */
function withoutCredentials(text: string, credentials: RegistryCredentials | undefined): string {
  const { username = '', password = '' } = credentials ?? {};
  const shown = password === '' ? text : text.replaceAll(password, '***');
  return username.length < MIN_NAME_LENGTH ? shown : shown.replaceAll(username, '***');
}

const UNREACHABLE =
  /no such host|connection refused|i\/o timeout|TLS handshake|network is unreachable|cannot be reached|EOF|context deadline exceeded/;
const PLAIN_HTTP = /server gave HTTP response to HTTPS client/;
const REFUSED =
  /\b40[13]\b|unauthorized|UNAUTHORIZED|denied|DENIED|forbidden|authentication required|basic credential not found/;
const MISSING = /not found|manifest unknown|MANIFEST_UNKNOWN|NAME_UNKNOWN|404|no chart version found/;
const NETWORK = 'Check that the runner reaches this address (proxy, firewall, DNS).';
const HTTP =
  'The registry speaks plain HTTP: set `registry-plain-http: true`, for a registry inside your network only.';

/**
 * What stands between helm and the registry. Asked first: `denied`, `Forbidden` and `not found` also stand in the words of
 * these, and say nothing of the registry then.
 */
const ON_THE_WAY: readonly (readonly [RegExp, string])[] = [
  [PLAIN_HTTP, HTTP],
  [
    /error getting credentials|docker-credential-/,
    "A credential helper of Docker on this runner is missing or fails; Docker's configuration names it (credHelpers, credsStore). Install it, or set `registry-username` and `registry-password`: with these, Docker's configuration is not used.",
  ],
  [
    /certificate has expired or is not yet valid/,
    'Check the clock of the runner (NTP): the message has its time and that of the certificate. If it is right, a proxy on the way shows a certificate that has run out.',
  ],
  [
    /x509: |failed to verify certificate/,
    'A proxy on the way opens TLS, or the registry has an authority of its own: name the file with that authority in SSL_CERT_FILE, or let calls to the registry pass by the proxy (NO_PROXY).',
  ],
  [
    /proxyconnect |": (?:Forbidden|Proxy Authentication Required|Bad Gateway|Service Unavailable|Gateway Time-?out)\b|<!doctype html|<html/i,
    'A proxy answered in place of the registry: let it pass this address, give it the credentials that it wants (HTTPS_PROXY), or put the address into NO_PROXY.',
  ],
  [
    /toomanyrequests|Too Many Requests|status code 429/i,
    'The registry counts too many requests of this runner: sign in with `registry-username` and `registry-password`, or run again later.',
  ],
];

function adviseOnTheWay(stderr: string): string | undefined {
  return ON_THE_WAY.find(([pattern]) => pattern.test(stderr))?.[1];
}

/** Whether the source answered that it has no such chart or version. */
export function isMissing(stderr: string): boolean {
  return adviseOnTheWay(stderr) === undefined && MISSING.test(stderr) && !REFUSED.test(stderr);
}

/** What to do about an error that none of the patterns explains. */
function otherAdvice(stderr: string): string {
  return UNREACHABLE.test(stderr) ? NETWORK : 'Mend what the message of helm names, then run again.';
}

function unavailable(tried: string, said: string, next: string): Failure {
  return new Failure('chart-unavailable', { tried, said, next });
}

/** The sign-in itself failed. */
export function loginFailure(tried: string, stderr: string, credentials: RegistryCredentials): Failure {
  const said = errorText(withoutCredentials(stderr, credentials));
  const onTheWay = adviseOnTheWay(stderr);
  if (onTheWay !== undefined) return unavailable(tried, said, onTheWay);
  if (REFUSED.test(stderr)) {
    const next =
      'Check `registry-username` and `registry-password`: for xpkg.upbound.io, `accessId` and `token` of the token file; a token may have expired.';
    return unavailable(tried, `the registry refused the credentials: ${said}`, next);
  }
  return unavailable(tried, said, otherAdvice(stderr));
}

/** The pull failed, signed in (`credentials`) or not. */
export function pullFailure(
  tried: string,
  stderr: string,
  credentials: RegistryCredentials | undefined,
): Failure {
  const said = errorText(withoutCredentials(stderr, credentials));
  const onTheWay = adviseOnTheWay(stderr);
  if (onTheWay !== undefined) return unavailable(tried, said, onTheWay);
  if (REFUSED.test(stderr)) {
    const next =
      credentials === undefined
        ? 'The registry wants a sign-in: set `registry-username` and `registry-password`, from secrets of the repository; for xpkg.upbound.io, `accessId` and `token` of the token file.'
        : 'The sign-in worked, but that user may not read this chart, or the path is wrong: check `chart`.';
    return unavailable(tried, `the registry refused to hand it out: ${said}`, next);
  }
  if (MISSING.test(stderr)) {
    const next = 'Check `chart`; the deployed version must be there, or name another with `chart-version`.';
    return unavailable(tried, `there is no such chart or version: ${said}`, next);
  }
  return unavailable(tried, said, otherAdvice(stderr));
}
