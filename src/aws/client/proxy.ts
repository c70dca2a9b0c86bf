/** Connections to AWS through the job's proxy. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Failure } from '../../model/failure.ts';
import type { Log } from '../../model/ports.ts';

/** The proxy variables as the job has them; Node prefers the lower-case spelling. */
export interface ProxyEnv {
  readonly HTTP_PROXY?: string | undefined;
  readonly HTTPS_PROXY?: string | undefined;
  readonly NO_PROXY?: string | undefined;
  readonly http_proxy?: string | undefined;
  readonly https_proxy?: string | undefined;
  readonly no_proxy?: string | undefined;
}

export interface Agents {
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
}

const MAX_SOCKETS = 50;
const FORMS =
  'Allowed: http://HOST:PORT or https://HOST:PORT, with USER:PASSWORD@ before the host if the proxy asks for it.';

/** Whether this Node's agents can use a proxy by themselves: since 24.5 (Node documentation, `http.Agent`, `proxyEnv`). */
export function knowsProxies(nodeVersion: string): boolean {
  return /^v?(24\.([5-9]|\d{2,})|2[5-9]|[3-9]\d)\./.test(nodeVersion);
}

/**
 * Agents that go through the job's proxy. The AWS SDK does not read the proxy variables by itself.
 * Throws `invalid-input` for a proxy URL that can't be used; the message leaves out the URL, since it may hold a password.
 */
export function createAgents(env: ProxyEnv, nodeVersion: string, log: Log): Agents {
  const named = [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy];
  const proxies = named.filter((url) => url !== undefined).filter((url) => url !== '');
  if (!proxies.every(usable)) throw unusable('only the schemes http and https are known');
  const options = { keepAlive: true, maxSockets: MAX_SOCKETS };
  if (proxies.length === 0) {
    return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  }
  if (!knowsProxies(nodeVersion)) {
    log.warning(
      `HTTPS_PROXY or HTTP_PROXY is set, but Node ${nodeVersion} of this runner can't use it for AWS (that came with 24.5): calls to AWS go out directly. Update the runner, or let it reach AWS without the proxy.`,
    );
  }
  const proxyEnv = { ...env };
  return {
    httpAgent: new HttpAgent({ ...options, proxyEnv }),
    httpsAgent: new HttpsAgent({ ...options, proxyEnv }),
  };
}

function usable(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

function unusable(said: string): Failure {
  return new Failure('invalid-input', {
    tried: 'connect to AWS through the proxy of HTTPS_PROXY or HTTP_PROXY',
    said,
    next: FORMS,
  });
}
