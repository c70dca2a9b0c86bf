import { createHash, createHmac } from 'node:crypto';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { JWK } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Aws, Settings } from '../../../sandbox/aws/index.ts';
import { startAws } from '../../../sandbox/aws/index.ts';

export const account = '123456789012';
export const region = 'eu-central-1';
export const issuer = `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`;
export const issuerPath = issuer.slice('https://'.length);
export const namespace = 'mxp-6d9d2a43-system';
export const serviceAccount = 'external-secrets-controller';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** SDK's SHA-256 for hand-signed requests, on Node's own hash. */
export class Sha256 {
  readonly #secret: Uint8Array | string | undefined;
  #chunks: (Uint8Array | string)[] = [];

  constructor(secret?: unknown) {
    this.#secret = typeof secret === 'string' || secret instanceof Uint8Array ? secret : undefined;
  }

  update(chunk: Uint8Array | string): void {
    this.#chunks.push(chunk);
  }

  digest(): Promise<Uint8Array> {
    const hash = this.#secret === undefined ? createHash('sha256') : createHmac('sha256', this.#secret);
    for (const chunk of this.#chunks) hash.update(chunk);
    return Promise.resolve(hash.digest());
  }

  reset(): void {
    this.#chunks = [];
  }
}

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

/** Calls EKS Auth as its agent does: a request signed by hand. */
export async function assumeRoleForPodIdentity(
  aws: Aws,
  credentials: Credentials,
  cluster: string,
  token: string,
): Promise<{ status: number; body: unknown }> {
  const { hostname, port } = new URL(aws.endpoint);
  const body = JSON.stringify({ token });
  const request = new HttpRequest({
    protocol: 'http:',
    method: 'POST',
    hostname,
    port: Number(port),
    path: `/clusters/${cluster}/assume-role-for-pod-identity`,
    headers: { host: `${hostname}:${port}`, 'content-type': 'application/json' },
    body,
  });
  const signer = new SignatureV4({ service: 'eks-auth', region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(request);
  const response = await fetch(`${aws.endpoint}${request.path}`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}
