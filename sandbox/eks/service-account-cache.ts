/** The service accounts as EKS's webhook knows them, a moment late. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CoreV1Api, type KubeConfig, type V1ServiceAccount } from '@kubernetes/client-node';
import { watchObjects } from '../watch.ts';

/** What the webhook knows of ServiceAccounts: a copy that runs behind the API server. */
export interface ServiceAccountCache {
  /** Waits about 100 ms for an account that isn't known yet, then gives up. */
  find(namespace: string, name: string): Promise<V1ServiceAccount | undefined>;
  stop(): Promise<void>;
}

const patience = 100;

/** Watches all ServiceAccounts; each change is seen `delayMs()` milliseconds late. */
export async function watchServiceAccounts(
  kubeConfig: KubeConfig,
  delayMs: () => number,
  log: (line: string) => void,
): Promise<ServiceAccountCache> {
  const api = kubeConfig.makeApiClient(CoreV1Api);
  const seen = new Map<string, V1ServiceAccount>();
  const timers = new Set<NodeJS.Timeout>();
  let caughtUp = false;

  const later = (change: () => void): void => {
    const delay = caughtUp ? delayMs() : 0;
    if (delay <= 0) {
      change();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      change();
    }, delay);
    timers.add(timer);
  };
  const watched = await watchObjects<V1ServiceAccount>({
    kubeConfig,
    path: '/api/v1/serviceaccounts',
    list: () => api.listServiceAccountForAllNamespaces(),
    onChange: (account, event) => {
      later(() => {
        if (event === 'deleted') seen.delete(keyOf(account));
        else seen.set(keyOf(account), account);
      });
    },
    log,
  });
  caughtUp = true;

  return {
    async find(namespace, name) {
      const key = `${namespace}/${name}`;
      for (let waited = 0; waited < patience && !seen.has(key); waited += 10) await sleep(10);
      return seen.get(key);
    },
    async stop() {
      for (const timer of timers) clearTimeout(timer);
      await watched.stop();
    },
  };
}

function keyOf(account: V1ServiceAccount): string {
  return `${account.metadata?.namespace}/${account.metadata?.name}`;
}
