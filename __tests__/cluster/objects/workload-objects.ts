/** Objects of a workload as the API server has them, and the reader over them. */
import { createKubernetesReader } from '../../../src/cluster/objects/reader.ts';
import { fakeApi, type Reply } from '../api/fake-api.ts';
import { kubectlSetup } from '../kubectl/setup.ts';

export const NS = 'mxp-1-system';
export const ROLE = 'arn:aws:iam::111122223333:role/shared-secrets';
export const WEB_TOKEN = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
export const POD_TOKEN = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';

export const env = (name: string, value?: string) => (value === undefined ? { name } : { name, value });
export const IRSA = [env('AWS_ROLE_ARN', ROLE), env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN)];
export const POD_IDENTITY = [
  env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://169.254.170.23/v1/credentials'),
  env('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', POD_TOKEN),
];
export const MOUNTS = [
  { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  { name: 'aws-iam-token', mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount' },
  { name: 'eks-pod-identity-token', mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/' },
];
export const volume = (name: string, path: string, audience?: string) => ({
  name,
  projected: {
    sources: [
      { configMap: { name: 'x' } },
      { serviceAccountToken: { path, ...(audience !== undefined && { audience }) } },
    ],
  },
});
export const VOLUMES = [
  volume('kube-api-access', 'token'),
  { name: 'tmp' },
  volume('aws-iam-token', 'token', 'sts.amazonaws.com'),
  volume('eks-pod-identity-token', 'eks-pod-identity-token', 'pods.eks.amazonaws.com'),
];
export const MADE_AT = '2026-11-24T10:00:00Z';

export const container = (variables: readonly object[] = [], more: object = {}) => ({
  name: 'external-secrets',
  env: variables,
  volumeMounts: MOUNTS,
  ...more,
});

interface PodParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly metadata?: object;
  readonly volumes?: readonly object[];
  readonly status?: object;
}

export const pod = (containers: readonly object[], parts: PodParts = {}) => {
  const { name = 'p', namespace = NS, metadata = {}, volumes = VOLUMES, status } = parts;
  return {
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      creationTimestamp: MADE_AT,
      ownerReferences: [{ name: 'other' }, { name: 'eso-7d9', controller: true }],
      ...metadata,
    },
    spec: { nodeName: 'node-1', containers, volumes },
    status: status ?? { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
};

const SERVICE_ACCOUNT = 'external-secrets-controller';

export const deployment = (
  namespace: string,
  name: string,
  containers: readonly string[] = ['external-secrets'],
  conditions: readonly object[] = [],
) => ({
  metadata: { namespace, name, generation: 3 },
  spec: {
    replicas: 2,
    template: {
      metadata: { labels: { app: 'eso' } },
      spec: {
        serviceAccountName: SERVICE_ACCOUNT,
        containers: containers.map((each) => ({ name: each })),
      },
    },
  },
  status: {
    observedGeneration: 3,
    updatedReplicas: 2,
    availableReplicas: 1,
    replicas: 2,
    conditions: [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' }, ...conditions],
  },
});

export function setup({ accounts = [], deployments = [], pods = [] }: Readonly<Record<string, Reply>>) {
  const made = fakeApi({
    '/api/v1/serviceaccounts': accounts,
    '/apis/apps/v1/deployments': deployments,
    '/api/v1/pods': pods,
  });
  const reader = createKubernetesReader(made.api, kubectlSetup(() => '').kubectl, {
    release: { name: 'spaces' },
    kubeconfigGiven: true,
    readsSecrets: true,
  });
  return { ...made, reader, read: () => reader.workloads(SERVICE_ACCOUNT) };
}

export const onePod = async (one: object, deployments: readonly object[] = []) => {
  const { pods } = await setup({ pods: [one], deployments }).read();
  return pods[0];
};
