/** Rows of service accounts, Deployments and pods, as kubectl prints them. */
import { createKubernetesReader } from '../../../src/cluster/kubectl/reader.ts';
import type { refused } from '../../tools/fakes.ts';
import { kubectlSetup, line } from './setup.ts';

export const NS = 'mxp-1-system';
export const ROLE = 'arn:aws:iam::111122223333:role/shared-secrets';
export const WEB_TOKEN = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
const POD_TOKEN = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';

export const env = (name: string, value?: string) =>
  line('variable', value === undefined ? { name } : { name, value });
export const IRSA = env('AWS_ROLE_ARN', ROLE) + env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN);
export const POD_IDENTITY =
  env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://169.254.170.23/v1/credentials') +
  env('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', POD_TOKEN);
export const MOUNTS = [
  { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  { name: 'aws-iam-token', mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount' },
  { name: 'eks-pod-identity-token', mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/' },
];
export const volume = (name: string, path: string, audience?: string) =>
  line('volume', name, [
    { configMap: { name: 'x' } },
    { serviceAccountToken: { path, ...(audience === undefined ? {} : { audience }) } },
  ]);
export const VOLUMES =
  volume('kube-api-access', 'token') +
  line('volume', 'tmp', '') +
  volume('aws-iam-token', 'token', 'sts.amazonaws.com') +
  volume('eks-pod-identity-token', 'eks-pod-identity-token', 'pods.eks.amazonaws.com');
export const pod = (name: string, deletedAt = '', phase = 'Running', ready = 'True') =>
  line('pod', NS, name, `uid-${name}`, '2026-11-24T10:00:00Z', deletedAt, phase, ready, 'node-1', 'eso-7d9');
export const container = (name: string, mounts: object | string = MOUNTS) => line('container', name, mounts);
export const deployment = (namespace: string, name: string, containers = 'external-secrets') =>
  line(namespace, name, 3, 2, '', 3, 2, 1, 2, 'NewReplicaSetAvailable', { app: 'eso' }, containers);

export function setup(answers: {
  accounts?: string;
  deployments?: string;
  pods?: string | ReturnType<typeof refused>;
}) {
  const made = kubectlSetup((args) => {
    if (args.includes('serviceaccounts')) return answers.accounts ?? '';
    return args.includes('deployments.apps') ? (answers.deployments ?? '') : (answers.pods ?? '');
  });
  const reader = createKubernetesReader(made.kubectl, { name: 'spaces' }, true);
  return { ...made, reader, read: () => reader.workloads('external-secrets-controller') };
}

export const onePod = async (rows: string, deployments = '') => {
  const { pods } = await setup({ pods: rows, deployments }).read();
  return pods[0];
};
