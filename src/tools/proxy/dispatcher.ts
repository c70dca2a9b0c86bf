/** Connections of undici by the proxy rule, decided for each host; a redirect to another host is decided anew. */
import { Agent, type Dispatcher, Pool, ProxyAgent } from 'undici';
import { createProxyRule, type ProxyEnvironment, proxyAuthorization } from './rule.ts';

/** How long connecting to the host or to the proxy may take, in milliseconds. */
const CONNECT_MS = 30_000;

/** Only for `fetch` and `request` of the same undici: Node's own `fetch` has another version of undici in it, which may refuse the dispatcher. */
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
