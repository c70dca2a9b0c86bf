/** Connections to the cluster that are shared between requests. */
import { KubeConfig, type RequestContext } from '@kubernetes/client-node';

/**
 * A kubeconfig whose requests share connections. The client makes a new connection pool for every single
 * request, which costs a TLS handshake each and leaves the pools open.
 */
class PooledKubeConfig extends KubeConfig {
  private pool: ReturnType<RequestContext['getDispatcher']>;

  override async applySecurityAuthentication(context: RequestContext): Promise<void> {
    await super.applySecurityAuthentication(context);
    this.pool ??= context.getDispatcher();
    if (this.pool) context.setDispatcher(this.pool);
  }
}

/** Reads a kubeconfig file for many requests to one cluster. */
export function loadKubeConfig(file: string): KubeConfig {
  const config = new PooledKubeConfig();
  config.loadFromFile(file);
  return config;
}
