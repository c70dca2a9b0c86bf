/** How External Secrets signs in for a store: its own means or the pod's, and the roles on top (eso providers/v1/aws/auth/auth.go). */
import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import type { V1Pod } from '@kubernetes/client-node';
import type { Credentials } from '../aws/eks-auth/agent-call.ts';
import { WORKLOAD } from '../aws/record.ts';
import { asked, credentialsOf } from './answers.ts';
import { at, byWebIdentity, podCredentials, type Surroundings } from './pod-credentials.ts';
import type { AwsProvider, SecretKeyRef, SharedSecretStore } from './types.ts';

const roleAnnotation = 'eks.amazonaws.com/role-arn';
const audienceAnnotation = 'eks.amazonaws.com/audience';

/** Signed in for a store: where, and as whom. */
export interface Session {
  readonly region: string;
  readonly credentials: Credentials;
}

type Jwt = NonNullable<NonNullable<NonNullable<AwsProvider['auth']>['jwt']>['serviceAccountRef']>;

/** `auth.jwt`: a token of the service account that is named, for the role in its annotation. */
async function byServiceAccount(around: Surroundings, region: string, jwt: Jwt, host: string) {
  const { name, namespace = host } = jwt;
  const account = await around.cluster.serviceAccount(namespace, name);
  const annotations = account?.metadata?.annotations ?? {};
  const roleArn = annotations[roleAnnotation] ?? '';
  if (roleArn === '')
    throw new Error(`an IAM role must be associated with service account ${name} (namespace: ${namespace})`);
  const audiences = [annotations[audienceAnnotation] ?? 'sts.amazonaws.com', ...(jwt.audiences ?? [])];
  const token = await around.cluster.token({ namespace, serviceAccount: name, audiences });
  const sessionName = 'external-secrets-provider-aws';
  return await byWebIdentity(around.endpoint, region, { roleArn, sessionName, token });
}

type Keys = NonNullable<NonNullable<AwsProvider['auth']>['secretRef']>;

/** `auth.secretRef`: keys in Secrets, which lie in the store's group. */
async function byKeys({ cluster }: Surroundings, keys: Keys, group: string): Promise<Credentials> {
  const valueOf = async (what: string, reference: SecretKeyRef = {}): Promise<string> => {
    const { name = '', key = '', namespace = group } = reference;
    const value = (await cluster.secret(namespace, name))?.[key];
    if (value === undefined)
      throw new Error(
        `could not fetch ${what} secret: cannot find key ${key} in secret ${namespace}/${name}`,
      );
    return value;
  };
  const secretAccessKey = await valueOf('SecretAccessKey', keys.secretAccessKeySecretRef);
  const accessKeyId = await valueOf('accessKeyID', keys.accessKeyIDSecretRef);
  if (keys.sessionTokenSecretRef === undefined) return { accessKeyId, secretAccessKey };
  const sessionToken = await valueOf('SessionToken', keys.sessionTokenSecretRef);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** The roles that the store goes on to: `additionalRoles` bare, then `role` with external id and tags. */
function rolesOf(aws: AwsProvider): Omit<AssumeRoleCommandInput, 'RoleSessionName'>[] {
  const first = (aws.additionalRoles ?? []).map((RoleArn) => ({ RoleArn }));
  if (aws.role === undefined) return first;
  const last = {
    RoleArn: aws.role,
    ...(aws.externalID === undefined ? {} : { ExternalId: aws.externalID }),
    Tags: (aws.sessionTags ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
    TransitiveTagKeys: [...(aws.transitiveTagKeys ?? [])],
  };
  return [...first, last];
}

/**
 * Signs in for a store of AWS from a pod of External Secrets. Rejects with what the first step that fails says; succeeds
 * without a single permission to read, as the validation of a store does.
 */
export async function signIn(around: Surroundings, store: SharedSecretStore, pod: V1Pod): Promise<Session> {
  const aws = store.spec?.provider.aws ?? {};
  const { region = around.region, auth } = aws;
  const host = pod.metadata?.namespace ?? '';
  const jwt = auth?.jwt?.serviceAccountRef;
  let credentials: Credentials;
  if (jwt !== undefined) credentials = await byServiceAccount(around, region, jwt, host);
  else if (auth?.secretRef !== undefined)
    credentials = await byKeys(around, auth.secretRef, store.metadata?.namespace ?? '');
  else credentials = await podCredentials(around, pod);
  for (const role of rolesOf(aws)) {
    const config = { ...at(around.endpoint), region, credentials, maxAttempts: 1 };
    const sts = new STSClient({ ...config, customUserAgent: WORKLOAD });
    const request = new AssumeRoleCommand({ RoleSessionName: 'external-secrets', ...role });
    const answer = await asked('STS: AssumeRole', sts.send(request));
    credentials = credentialsOf(answer.Credentials);
  }
  return { region, credentials };
}
