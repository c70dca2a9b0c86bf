/** Connections to AWS that go the way of the proxy rule, decided for each request: the SDK reads no proxy variables itself. */
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Log } from '../../model/ports.ts';
import { createProxyRule, type ProxyEnvironment, type ProxyRule } from '../../tools/proxy/rule.ts';

const MAX_SOCKETS = 50;

/** Whether this Node's agents can use a proxy by themselves: since 24.5 (Node documentation, `http.Agent`, `proxyEnv`). */
export function knowsProxies(nodeVersion: string): boolean {
  return /^v?(24\.([5-9]|\d{2,})|2[5-9]|[3-9]\d)\./.test(nodeVersion);
}

/** Time limits of the SDK's handler. */
export type Limits = Pick<
  NodeHttpHandlerOptions,
  'connectionTimeout' | 'requestTimeout' | 'throwOnRequestTimeout'
>;

export interface HandlerSettings {
  /** The job's environment, for the proxy variables. */
  readonly env: ProxyEnvironment;
  readonly nodeVersion: string;
  readonly limits: Limits;
}

type Handle = NodeHttpHandler['handle'];

/** The SDK's own handler, and one more for each proxy. Its requests end in `invalid-input` for a proxy that can't be used. */
export class ProxyRuleHandler extends NodeHttpHandler {
  readonly proxyFor: ProxyRule;
  readonly #settings: HandlerSettings;
  readonly #log: Log;
  readonly #proxied = new Map<string, NodeHttpHandler>();

  constructor(settings: HandlerSettings, log: Log) {
    super(optionsFor(settings.limits));
    this.proxyFor = createProxyRule(settings.env);
    this.#settings = settings;
    this.#log = log;
  }

  override async handle(...[request, options]: Parameters<Handle>): ReturnType<Handle> {
    const port = request.port === undefined ? '' : `:${request.port}`;
    const proxy = this.proxyFor(new URL(`${request.protocol}//${request.hostname}${port}`));
    if (proxy === undefined || !this.#canProxy()) return await super.handle(request, options);
    return await this.#through(proxy.href).handle(request, options);
  }

  override destroy(): void {
    super.destroy();
    for (const handler of this.#proxied.values()) handler.destroy();
  }

  #through(proxy: string): NodeHttpHandler {
    const known = this.#proxied.get(proxy);
    if (known !== undefined) return known;
    const handler = new NodeHttpHandler(optionsFor(this.#settings.limits, proxy));
    this.#proxied.set(proxy, handler);
    return handler;
  }

  #canProxy(): boolean {
    const { nodeVersion } = this.#settings;
    if (knowsProxies(nodeVersion)) return true;
    this.#log.warning(
      `HTTPS_PROXY or HTTP_PROXY is set, but Node ${nodeVersion} of this runner can't use it for AWS (that came with 24.5): calls to AWS go out directly. Update the runner, or let it reach AWS without the proxy.`,
    );
    return false;
  }
}

/** Given its one proxy and no NO_PROXY, Node takes no decision of its own. */
function optionsFor(limits: Limits, proxy?: string): NodeHttpHandlerOptions {
  const options = {
    keepAlive: true,
    maxSockets: MAX_SOCKETS,
    ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }),
  };
  return { ...limits, httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
}
