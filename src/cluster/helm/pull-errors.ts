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

/** Whether the source answered that it has no such chart or version. */
export function isMissing(stderr: string): boolean {
  return MISSING.test(stderr) && !REFUSED.test(stderr);
}

function unavailable(tried: string, said: string, next: string): Failure {
  return new Failure('chart-unavailable', { tried, said, next });
}

/** The sign-in itself failed. */
export function loginFailure(tried: string, stderr: string, credentials: RegistryCredentials): Failure {
  const said = errorText(withoutCredentials(stderr, credentials));
  if (PLAIN_HTTP.test(stderr)) return unavailable(tried, said, HTTP);
  if (REFUSED.test(stderr)) {
    const next =
      'Check `registry-username` and `registry-password`: for xpkg.upbound.io, `accessId` and `token` of the token file; a token may have expired.';
    return unavailable(tried, `the registry refused the credentials: ${said}`, next);
  }
  return unavailable(tried, said, UNREACHABLE.test(stderr) ? NETWORK : 'Read what helm said.');
}

/** The pull failed, signed in (`credentials`) or not. */
export function pullFailure(
  tried: string,
  stderr: string,
  credentials: RegistryCredentials | undefined,
): Failure {
  const said = errorText(withoutCredentials(stderr, credentials));
  if (PLAIN_HTTP.test(stderr)) return unavailable(tried, said, HTTP);
  if (REFUSED.test(stderr)) {
    const next =
      credentials === undefined
        ? 'The registry wants a sign-in: set `registry-username` and `registry-password`.'
        : 'The sign-in worked, but it may not read this chart, or the path is wrong.';
    return unavailable(tried, `the registry refused to hand it out: ${said}`, next);
  }
  if (MISSING.test(stderr)) {
    const next = 'Check `chart`; the deployed version must be there, or name another with `chart-version`.';
    return unavailable(tried, `there is no such chart or version: ${said}`, next);
  }
  return unavailable(tried, said, UNREACHABLE.test(stderr) ? NETWORK : 'Read what helm said.');
}
