/** The workload's own way to its secrets: a token of its service account, a session of the role, a read. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import { assumeRoleForPodIdentity, type Credentials } from './aws/eks-auth/agent-call.ts';
import { createClusterReader, type TokenRequest } from './external-secrets/cluster.ts';
import type { Client, V1Pod } from './kubernetes/index.ts';
import type { World } from './world.ts';

export interface Session {
  /** The secret's value; rejects with AWS's error. */
  secret(name: string): Promise<string | undefined>;
  parameter(name: string): Promise<string | undefined>;
}

/** Where the workload runs. */
interface Scene {
  readonly world: World;
  readonly client: Client;
}

/** The service account of the External Secrets controller. */
export const SERVICE_ACCOUNT = 'external-secrets-controller';

/** The running pods of the External Secrets controller in a host namespace. */
export async function controllerPods({ client }: Pick<Scene, 'client'>, namespace: string): Promise<V1Pod[]> {
  const { items } = await client.core.listNamespacedPod({ namespace });
  return items.filter(
    ({ metadata, spec }) =>
      spec?.serviceAccountName === SERVICE_ACCOUNT && metadata?.deletionTimestamp === undefined,
  );
}

const credentialsSchema = z.object({
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string(),
});

/** Takes the role as the SDK in a pod does under IRSA. Rejects with STS's error. */
export async function assumeByIrsa(
  scene: Scene,
  roleArn: string,
  namespace: string,
  serviceAccount = SERVICE_ACCOUNT,
): Promise<Session> {
  const { endpoint, region } = scene.world.aws;
  const token = await tokenOf(scene, { namespace, serviceAccount, audiences: ['sts.amazonaws.com'] });
  const sts = new STSClient({ endpoint, region, maxAttempts: 1 });
  const request = { RoleArn: roleArn, RoleSessionName: 'workload', WebIdentityToken: token };
  const { Credentials: given } = await sts.send(new AssumeRoleWithWebIdentityCommand(request));
  return sessionOf(
    scene,
    credentialsSchema.parse({
      accessKeyId: given?.AccessKeyId,
      secretAccessKey: given?.SecretAccessKey,
      sessionToken: given?.SessionToken,
    }),
  );
}

/** Takes the role as the Pod Identity agent does for a pod that runs. Rejects with what EKS Auth said. */
export async function assumeByPodIdentity(scene: Scene, namespace: string): Promise<Session> {
  const { aws, clusterName } = scene.world;
  const [pod] = await controllerPods(scene, namespace);
  const bound = { name: pod?.metadata?.name ?? '', uid: pod?.metadata?.uid ?? '' };
  const token = await tokenOf(scene, {
    namespace,
    serviceAccount: SERVICE_ACCOUNT,
    audiences: ['pods.eks.amazonaws.com'],
    pod: bound,
  });
  const policies = ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'] as const;
  const node = aws.iam.createUser({ userName: `node-of-${bound.name}`, policies: [...policies] });
  const { status, body } = await assumeRoleForPodIdentity(aws, node, clusterName, token);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return sessionOf(scene, z.object({ credentials: credentialsSchema }).parse(body).credentials);
}

const tokenOf = ({ client }: Scene, request: TokenRequest): Promise<string> =>
  createClusterReader(client.kubeConfig).token(request);

function sessionOf({ world }: Scene, credentials: Credentials): Session {
  const { endpoint, region } = world.aws;
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  const secrets = new SecretsManagerClient(config);
  const parameters = new SSMClient(config);
  return {
    secret: async (name) => (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString,
    parameter: async (name) =>
      (await parameters.send(new GetParameterCommand({ Name: name, WithDecryption: true }))).Parameter?.Value,
  };
}
