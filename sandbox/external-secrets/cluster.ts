/** What External Secrets asks of its cluster: service accounts, their tokens, secrets. */
import { ApiException, CoreV1Api, type KubeConfig, type V1ServiceAccount } from '@kubernetes/client-node';

/** A token to ask for: of a service account, for audiences, bound to a pod or not. */
export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audiences: readonly string[];
  readonly pod?: { readonly name: string; readonly uid: string };
}

export interface ClusterReader {
  token(request: TokenRequest): Promise<string>;
  serviceAccount(namespace: string, name: string): Promise<V1ServiceAccount | undefined>;
  /** The texts of a Secret, by key. */
  secret(namespace: string, name: string): Promise<Readonly<Record<string, string>> | undefined>;
}

async function unlessAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}

export function createClusterReader(kubeConfig: KubeConfig): ClusterReader {
  const core = kubeConfig.makeApiClient(CoreV1Api);
  return {
    async token({ namespace, serviceAccount, audiences, pod }) {
      const boundObjectRef = pod && { apiVersion: 'v1', kind: 'Pod', ...pod };
      const spec = { audiences: [...audiences], ...(boundObjectRef && { boundObjectRef }) };
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec };
      const request = { namespace, name: serviceAccount, body };
      return (await core.createNamespacedServiceAccountToken(request)).status?.token ?? '';
    },
    serviceAccount: (namespace, name) => unlessAbsent(core.readNamespacedServiceAccount({ namespace, name })),
    async secret(namespace, name) {
      const found = await unlessAbsent(core.readNamespacedSecret({ namespace, name }));
      return (
        found &&
        Object.fromEntries(
          Object.entries(found.data ?? {}).map(([key, value]) => [
            key,
            Buffer.from(value, 'base64').toString(),
          ]),
        )
      );
    },
  };
}
