/** For tests against the account: a world of AWS alone, its clients, tokens that it trusts, and policies to begin with. */
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Credentials } from './eks-auth/agent-call.ts';
import { type Aws, type Settings, startAws } from './index.ts';

export const account = '123456789012';
export const region = 'eu-central-1';
export const issuer = `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`;
export const issuerPath = issuer.slice('https://'.length);
export const namespace = 'mxp-6d9d2a43-system';
export const serviceAccount = 'external-secrets-controller';

/** A clock that stands still until a test turns it; it starts at the true time, since the SDK signs with that. */
export class Clock {
  #time = Date.now();

  readonly now = (): number => this.#time;

  advance(milliseconds: number): void {
    this.#time += milliseconds;
  }
}

/** SDK clients of one caller; one attempt only, so that an error shows as it came. */
export function clients(aws: Aws, credentials: Credentials) {
  const config = { endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 };
  return {
    iam: new IAMClient(config),
    sts: new STSClient(config),
    eks: new EKSClient(config),
    secrets: new SecretsManagerClient(config),
    ssm: new SSMClient(config),
  };
}

export interface Bench {
  aws: Aws;
  clock: Clock;
  /** Clients of a user who may do everything. */
  admin: ReturnType<typeof clients>;
}

export async function startBench(settings: Partial<Settings> = {}): Promise<Bench> {
  const clock = new Clock();
  const aws = await startAws({ account, region, settings, now: clock.now });
  const policies = [`arn:aws:iam::aws:policy/AdministratorAccess` as const];
  return { aws, clock, admin: clients(aws, aws.iam.createUser({ userName: 'admin', policies })) };
}

/** Clients of a new user with one statement of permissions. */
export function userWith(aws: Aws, userName: string, statement: object) {
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] };
  return clients(aws, aws.iam.createUser({ userName, policies: [policy] }));
}

const pairs = new Map<string, ReturnType<typeof generateKeyPair>>();

/** A key pair that signs tokens of an issuer. RSA keys are slow to make: each name gets one for the whole file. */
export async function tokenSigner(issuerUrl: string, keyName = 'genuine') {
  const pair = pairs.get(keyName) ?? generateKeyPair('RS256');
  pairs.set(keyName, pair);
  const { privateKey, publicKey } = await pair;
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' };
  const sign = (claims: Record<string, unknown>, issuedAt = Math.floor(Date.now() / 1000)): Promise<string> =>
    new SignJWT({ iss: issuerUrl, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + 600)
      .sign(privateKey);
  return { jwk, sign };
}

export const subjectOf = (ns: string, name = serviceAccount): string => `system:serviceaccount:${ns}:${name}`;

/** The trust policy of IRSA for exact subjects. */
export function irsaTrust(subjects: string[]) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuerPath}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuerPath}:aud`]: 'sts.amazonaws.com', [`${issuerPath}:sub`]: subjects },
        },
      },
    ],
  };
}

/** A trust policy for Pod Identity. */
export function podTrust(
  condition: object = {},
  actions = ['sts:AssumeRole', 'sts:TagSession'],
  service = 'pods.eks.amazonaws.com',
) {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: service },
        Action: actions,
        ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
      },
    ],
  };
}
