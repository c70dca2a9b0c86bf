/** For tests of External Secrets against the account alone: a cluster whose tokens are signed here, pods, stores and secrets. */
import type { V1Pod, V1ServiceAccount } from '@kubernetes/client-node';
import { type Bench, issuer, region, serviceAccount, subjectOf, tokenSigner } from '../aws/testing.ts';
import { clusterName } from '../aws/testing-workloads.ts';
import { createAgent } from '../eks/agent.ts';
import type { ClusterReader, TokenRequest } from './cluster.ts';
import type { Surroundings } from './pod-credentials.ts';
import type { AwsProvider, SharedExternalSecret, SharedSecretStore } from './types.ts';

/** What a cluster holds, for tests to fill; by `namespace/name`. */
export interface Held {
  readonly accounts: Map<string, V1ServiceAccount>;
  readonly secrets: Map<string, Record<string, string>>;
}

/** The surroundings of pods, with what the cluster holds. The cluster has to be known to EKS (startWorkloads). */
export async function surroundingsOf({ aws }: Bench): Promise<Surroundings & Held> {
  const { sign } = await tokenSigner(issuer);
  const held: Held = { accounts: new Map(), secrets: new Map() };
  const token = ({ namespace, serviceAccount: name, audiences, pod }: TokenRequest): Promise<string> =>
    sign({
      sub: subjectOf(namespace, name),
      aud: [...audiences],
      'kubernetes.io': { namespace, pod, serviceaccount: { name, uid: 'sa' } },
    });
  const cluster: ClusterReader = {
    token,
    serviceAccount: (namespace, name) => Promise.resolve(held.accounts.get(`${namespace}/${name}`)),
    secret: (namespace, name) => Promise.resolve(held.secrets.get(`${namespace}/${name}`)),
  };
  const agent = createAgent({
    aws,
    clusterName,
    tokenOf: ({ namespace, serviceAccount: name, ...pod }) =>
      token({ namespace, serviceAccount: name, audiences: ['pods.eks.amazonaws.com'], pod }),
  });
  return { endpoint: aws.endpoint, region, cluster, agent, ...held };
}

/** A pod of External Secrets that runs, with these variables. */
export function podWith(namespace: string, env: Record<string, string>, uid = `uid-of-${namespace}`): V1Pod {
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  return {
    metadata: { namespace, name: 'external-secrets', uid },
    spec: {
      serviceAccountName: serviceAccount,
      containers: [{ name: 'external-secrets', env: variables }],
    },
    status: { phase: 'Running' },
  };
}

export function storeWith(aws: AwsProvider, more: { name?: string; secretStoreName?: string } = {}) {
  const { name = 'store', ...spec } = more;
  const store: SharedSecretStore = {
    metadata: { namespace: 'team-a', name },
    spec: { controlPlaneSelector: { names: ['one'] }, provider: { aws }, ...spec },
  };
  return store;
}

type Spec = NonNullable<SharedExternalSecret['spec']>['externalSecretSpec'];

/** A secret of group `team-a` that reads from store `store`, unless it says otherwise. */
export function secretWith(spec: Spec, name = 'secret'): SharedExternalSecret {
  const externalSecretSpec = {
    secretStoreRef: { kind: 'ClusterSecretStore' as const, name: 'store' },
    ...spec,
  };
  return {
    metadata: { namespace: 'team-a', name },
    spec: { controlPlaneSelector: { names: ['one'] }, externalSecretSpec },
  };
}
