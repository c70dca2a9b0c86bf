/** For tests against the account: workloads of a cluster, by Pod Identity and by IRSA. */
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
} from '@aws-sdk/client-sts';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { z } from 'zod';
import { assumeRoleForPodIdentity, type Credentials } from './eks-auth/agent-call.ts';
import type { Aws } from './index.ts';
import { account, type Bench, clients, issuer, serviceAccount, subjectOf, tokenSigner } from './testing.ts';

type Clients = Bench['admin'];

export const clusterName = 'space';
export const workloadArn = `arn:aws:iam::${account}:role/workload`;

const given = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

function credentialsOf(answer: unknown): Credentials {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = given.parse(answer);
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** A cluster of the account with a node, whose pods take their role by either mechanism. */
export async function startWorkloads({ aws }: Bench) {
  const signer = await tokenSigner(issuer);
  aws.eks.addCluster({ name: clusterName, endpoint: '', caPem: '', issuer, publicKeys: [signer.jwk] });
  aws.addOidcKeys(issuer, [signer.jwk]);
  aws.iam.createOidcProvider({ url: issuer, clientIds: ['sts.amazonaws.com'] });
  const node = aws.iam.createUser({
    userName: 'node',
    policies: ['arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy'],
  });
  const anonymous = clients(aws, { accessKeyId: 'unused', secretAccessKey: 'unused' });
  return {
    /** What EKS Auth answers the agent for a pod of this namespace. */
    async ask(namespace: string) {
      const bound = {
        namespace,
        pod: { name: `external-secrets-${namespace}`, uid: `uid-of-${namespace}` },
        serviceaccount: { name: serviceAccount, uid: 'sa-uid' },
      };
      const claims = { sub: subjectOf(namespace), aud: ['pods.eks.amazonaws.com'], 'kubernetes.io': bound };
      return await assumeRoleForPodIdentity(aws, node, clusterName, await signer.sign(claims));
    },
    /** The clients of a pod with Pod Identity. */
    async byPodIdentity(namespace: string): Promise<Clients> {
      const { body } = await this.ask(namespace);
      const schema = z.object({
        credentials: z.object({
          accessKeyId: z.string(),
          secretAccessKey: z.string(),
          sessionToken: z.string(),
        }),
      });
      return clients(aws, schema.parse(body).credentials);
    },
    /** The clients of a pod with IRSA. */
    async byIrsa(namespace: string, roleArn = workloadArn): Promise<Clients> {
      const token = await signer.sign({ sub: subjectOf(namespace), aud: ['sts.amazonaws.com'] });
      const request = { RoleArn: roleArn, RoleSessionName: 'eso', WebIdentityToken: token };
      const answer = await anonymous.sts.send(new AssumeRoleWithWebIdentityCommand(request));
      return clients(aws, credentialsOf(answer.Credentials));
    },
  };
}

/** The clients of a role that is taken with others. */
export async function assumedFrom(
  aws: Aws,
  from: Clients,
  input: Pick<AssumeRoleCommandInput, 'RoleArn'> & Partial<AssumeRoleCommandInput>,
): Promise<Clients> {
  const answer = await from.sts.send(new AssumeRoleCommand({ RoleSessionName: 'chained', ...input }));
  return clients(aws, credentialsOf(answer.Credentials));
}

/** The value of a secret, or the name of the error. */
export async function read({ secrets }: Clients, name: string): Promise<string> {
  try {
    return (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** A policy that allows reading secrets, bound by more. */
export function reading(statement: object = {}, version = '2012-10-17'): object {
  const allow = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*', ...statement };
  return { Version: version, Statement: [allow] };
}
