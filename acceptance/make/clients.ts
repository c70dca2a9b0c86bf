/** The SDK's clients, for the script and for the roles that it takes. */
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { z } from 'zod';
import type { AwsKeys, Ports } from '../ports.ts';

export interface AwsClients {
  readonly iam: IAMClient;
  readonly eks: EKSClient;
  readonly sts: STSClient;
  readonly secrets: SecretsManagerClient;
  readonly ssm: SSMClient;
}

type Where = Pick<Ports, 'region' | 'endpoint'>;

/** Clients that sign as whoever has these credentials. */
export function clientsFor(
  { region, endpoint }: Where,
  credentials: AwsKeys | (() => Promise<AwsKeys>),
): AwsClients {
  const config = { region, credentials, ...(endpoint !== undefined && { endpoint }) };
  return {
    iam: new IAMClient(config),
    eks: new EKSClient(config),
    sts: new STSClient(config),
    secrets: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
  };
}

const credentialsSchema = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
  Expiration: z.date().optional(),
});

/** The credentials in an answer of STS. */
export function credentialsIn(answer: unknown): AwsKeys {
  const keys = credentialsSchema.parse(answer);
  return {
    accessKeyId: keys.AccessKeyId,
    secretAccessKey: keys.SecretAccessKey,
    sessionToken: keys.SessionToken,
    ...(keys.Expiration !== undefined && { expiration: keys.Expiration }),
  };
}

/** Takes a role of this run. `externalId`: what its trust policy asks for, so that nobody else in the account takes it. */
export async function assume(sts: STSClient, roleArn: string, externalId: string): Promise<AwsKeys> {
  const { Credentials: keys } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: 'acceptance',
      ExternalId: externalId,
      DurationSeconds: 3600,
    }),
  );
  return credentialsIn(keys);
}
