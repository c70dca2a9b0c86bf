/** Connections of undici that go the way of the proxy rule, decided for each host: on a redirect to another one, too. */
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { createProxyRule, type ProxyEnvironment, proxyAuthorization } from './rule.ts';

/** To connect to the host, or to the proxy. */
const CONNECT_MS = 30_000;

/** For `fetch` and `request` of the same undici: Node's own `fetch` is made of another version, which may refuse it. */
export function createDispatcher(env: ProxyEnvironment): Dispatcher {
  const proxyFor = createProxyRule(env);
  return new Agent({
    connect: { timeout: CONNECT_MS },
    factory: (origin, options) => {
      const proxy = proxyFor(new URL(origin));
      return proxy === undefined ? new Pool(origin, options) : throughProxy(proxy);
    },
  });
}

function throughProxy(proxy: URL): ProxyAgent {
  const token = proxyAuthorization(proxy);
  return new ProxyAgent({
    uri: proxy.origin,
    proxyTls: { timeout: CONNECT_MS },
    ...(token !== undefined && { token }),
  });
}
