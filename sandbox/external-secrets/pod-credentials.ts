/** The credentials that the SDK finds in a pod of External Secrets, in the order in which it looks. */
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { V1Pod } from '@kubernetes/client-node';
import type { Credentials } from '../aws/eks-auth/agent-call.ts';
import { WORKLOAD } from '../aws/record.ts';
import type { PodIdentityAgent } from '../eks/agent.ts';
import { asked, credentialsOf } from './answers.ts';
import type { ClusterReader } from './cluster.ts';

/** Where the calls of a pod go. */
export interface Surroundings {
  /** That of the stand-in; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** The cluster's region. */
  readonly region: string;
  readonly cluster: ClusterReader;
  readonly agent: PodIdentityAgent;
}

/** The endpoint as the SDK's clients take it. */
export const at = (endpoint: string | undefined): { readonly endpoint?: string } =>
  endpoint === undefined ? {} : { endpoint };

export interface WebIdentity {
  readonly roleArn: string;
  readonly sessionName: string;
  readonly token: string;
}

/** AssumeRoleWithWebIdentity. Rejects with STS's error in the SDK's words. */
export async function byWebIdentity(
  endpoint: string | undefined,
  region: string,
  { roleArn, sessionName, token }: WebIdentity,
): Promise<Credentials> {
  const sts = new STSClient({ ...at(endpoint), region, maxAttempts: 1, customUserAgent: WORKLOAD });
  const request = { RoleArn: roleArn, RoleSessionName: sessionName, WebIdentityToken: token };
  const answer = await asked(
    'STS: AssumeRoleWithWebIdentity',
    sts.send(new AssumeRoleWithWebIdentityCommand(request)),
  );
  return credentialsOf(answer.Credentials);
}

function variablesOf(pod: V1Pod): Record<string, string> {
  const [container] = pod.spec?.containers ?? [];
  return Object.fromEntries((container?.env ?? []).map(({ name, value = '' }) => [name, value]));
}

/** The audience of the token that the pod has for IRSA. */
function irsaAudience(pod: V1Pod): string {
  const volume = (pod.spec?.volumes ?? []).find(({ name }) => name === 'aws-iam-token');
  return volume?.projected?.sources?.[0]?.serviceAccountToken?.audience ?? 'sts.amazonaws.com';
}

/**
 * Static keys, a web identity, the agent, in this order; nodes here have no role to fall back to. Rejects with what the last
 * of them said.
 */
export async function podCredentials(around: Surroundings, pod: V1Pod): Promise<Credentials> {
  const { namespace = '', name = '', uid = '' } = pod.metadata ?? {};
  const serviceAccount = pod.spec?.serviceAccountName ?? 'default';
  const env = variablesOf(pod);
  const [key, secret] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY']];
  if (key !== undefined && secret !== undefined) return { accessKeyId: key, secretAccessKey: secret };
  const roleArn = env['AWS_ROLE_ARN'];
  if (roleArn !== undefined && env['AWS_WEB_IDENTITY_TOKEN_FILE'] !== undefined) {
    const audiences = [irsaAudience(pod)];
    const token = await around.cluster.token({ namespace, serviceAccount, audiences, pod: { name, uid } });
    const region = env['AWS_REGION'] ?? around.region;
    return await byWebIdentity(around.endpoint, region, { roleArn, sessionName: 'external-secrets', token });
  }
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] !== undefined)
    return await around.agent.credentialsOf({ namespace, serviceAccount, name, uid });
  throw new Error('unable to create session: no EC2 IMDS role found');
}
