/** What EKS's webhook has put into a pod. */
import type { V1Pod } from '../../../sandbox/kubernetes/index.ts';

export interface Injected {
  readonly roleArn: string | undefined;
  readonly irsaTokenFile: string | undefined;
  readonly credentialsUri: string | undefined;
  /** Of the projected service account tokens, other than the API server's. */
  readonly audiences: readonly string[];
}

/** The identity of a pod, which must be the same in each of its containers. */
export function injectedInto(pod: V1Pod): Injected {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const environments = containers.map(({ env = [] }) =>
    Object.fromEntries(env.map((one) => [one.name, one.value])),
  );
  const [first = {}, ...others] = environments.map((env) => ({
    roleArn: env['AWS_ROLE_ARN'],
    irsaTokenFile: env['AWS_WEB_IDENTITY_TOKEN_FILE'],
    credentialsUri: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  }));
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
    throw new Error(`the containers of ${pod.metadata?.name} carry different identities`);
  const sources = (pod.spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  const audiences = sources.flatMap(({ serviceAccountToken }) => serviceAccountToken?.audience ?? []);
  return { roleArn: undefined, irsaTokenFile: undefined, credentialsUri: undefined, ...first, audiences };
}

export const irsa = (roleArn: string): Injected => ({
  roleArn,
  irsaTokenFile: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  credentialsUri: undefined,
  audiences: ['sts.amazonaws.com'],
});

export const podIdentity: Injected = {
  roleArn: undefined,
  irsaTokenFile: undefined,
  credentialsUri: 'http://169.254.170.23/v1/credentials',
  audiences: ['pods.eks.amazonaws.com'],
};

export const none: Injected = {
  roleArn: undefined,
  irsaTokenFile: undefined,
  credentialsUri: undefined,
  audiences: [],
};
