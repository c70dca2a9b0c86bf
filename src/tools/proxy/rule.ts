/** The one rule by which every client of this action finds its proxy: that of Go, which helm and kubectl follow. */
import { Failure } from '../../model/failure.ts';
import { isExempt } from './exempt.ts';

/** The job's environment. */
export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a URL, undefined for none. Throws `invalid-input` for a proxy that no client of ours can use; the message
 * leaves out its text, since it may hold a password.
 */
export type ProxyRule = (url: URL) => URL | undefined;

const FORMS =
  'Allowed: HOST:PORT, http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before the host if the proxy asks for it, special characters in percent encoding. Or name the host in NO_PROXY.';

/** From HTTPS_PROXY, HTTP_PROXY and NO_PROXY, each before its lower-case spelling; an empty one counts as none. */
export function createProxyRule(env: ProxyEnvironment): ProxyRule {
  const noProxy = valueOf(env, 'NO_PROXY').value;
  return (url) => {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
    const { name, value } = valueOf(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
    if (value === '') return undefined;
    const tried = `reach ${url.host} through the proxy of ${name}`;
    if (url.protocol === 'http:' && (env['REQUEST_METHOD'] ?? '') !== '') throw withinCgi(tried);
    return isExempt(url, noProxy) ? undefined : parseProxy(value, tried);
  };
}

/** Throws what the rule throws for any of these addresses, before the first of them is called. */
export function refuseUnusableProxy(rule: ProxyRule, addresses: readonly string[]): void {
  for (const address of addresses) if (URL.canParse(address)) rule(new URL(address));
}

/** The value of `Proxy-Authorization`, from the user and the password of a proxy's URL; undefined without. */
export function proxyAuthorization({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function valueOf(env: ProxyEnvironment, name: string): { readonly name: string; readonly value: string } {
  const used = [name, name.toLowerCase()].find((spelling) => (env[spelling] ?? '') !== '') ?? name;
  return { name: used, value: env[used] ?? '' };
}

/** What Go's `url.Parse` allows in a user and a password; for a proxy with any other character Go's programs use none. */
const USER_INFO = /^[\w\-.:~!$&'()*+,;=@%]*$/;

function parseProxy(text: string, tried: string): URL {
  const whole = /^[a-z][a-z\d+.-]*:\/\/[^/?#]/i.test(text) ? text : `http://${text}`;
  const halfScheme = whole !== text && /^[a-z][a-z\d+.-]*:\//i.test(text);
  const [, scheme = '', authority = ''] = /^([^:]*):\/\/([^/?#]*)/.exec(whole) ?? [];
  if (!/^https?$/i.test(scheme))
    throw unusable(tried, `its scheme is ${scheme}; only http and https are known`);
  const userInfo = authority.slice(0, Math.max(0, authority.lastIndexOf('@')));
  const sound =
    authority !== '' &&
    !halfScheme &&
    !/[\s\p{Cc}]/u.test(text) &&
    USER_INFO.test(userInfo) &&
    decodes(userInfo) &&
    URL.canParse(whole);
  if (!sound) throw unusable(tried, 'its value (not shown: it may hold a password) is no address of a proxy');
  return new URL(whole);
}

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function unusable(tried: string, said: string): Failure {
  return new Failure('invalid-input', { tried, said, next: FORMS });
}

/** Who calls a CGI program sets HTTP_PROXY by a header of the request (https://golang.org/s/cgihttpproxy). */
function withinCgi(tried: string): Failure {
  return new Failure('invalid-input', {
    tried,
    said: 'REQUEST_METHOD is set, as for a CGI program, where HTTP_PROXY is not to be trusted',
    next: 'Take REQUEST_METHOD out of the environment of this job, or HTTP_PROXY.',
  });
}
