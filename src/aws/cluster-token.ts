/** The bearer token that an EKS cluster accepts from an AWS identity. */
import type { STSClient } from '@aws-sdk/client-sts';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Clock } from '../model/ports.ts';
import { type CredentialProvider, stsHost } from './client/clients.ts';
import { request } from './client/request.ts';

export interface ClusterToken {
  readonly token: string;
  /** Milliseconds since the epoch: a minute before the API server refuses it, or the end of the AWS session behind it. */
  readonly expiresAt: number;
}

const PREFIX = 'k8s-aws-v1.';
/** STS ignores it; the API server counts 15 minutes from the signing (aws-iam-authenticator, `pkg/token`). */
const URL_EXPIRES_SECONDS = 60;
/** How long a token is good for, as aws-iam-authenticator's own client assumes. */
const LIFETIME_MS = 14 * 60_000;

/**
 * A bearer token for the API server of an EKS cluster, as `aws eks get-token` makes it: a presigned GetCallerIdentity with the
 * cluster's name in a signed header (aws-iam-authenticator, `pkg/token`). The host is always the public one of STS in the
 * region, whatever AWS_ENDPOINT_URL says: the API server accepts no other. Throws `sign-in-denied` without credentials.
 */
export async function createClusterToken(
  sts: STSClient,
  clusterName: string,
  clock: Clock,
): Promise<ClusterToken> {
  const call = {
    tried: `sign a token for EKS cluster ${clusterName}`,
    action: 'sts:GetCallerIdentity',
    on: `cluster ${clusterName}`,
  };
  const credentials = await request(call, () => sts.config.credentials());
  const url = await request(call, () => presign(sts, credentials, clusterName, clock));
  const sessionEnd = credentials.expiration?.getTime() ?? Infinity;
  return {
    token: PREFIX + Buffer.from(url, 'utf8').toString('base64url'),
    expiresAt: Math.min(clock.now() + LIFETIME_MS, sessionEnd),
  };
}

type ResolvedCredentials = Awaited<ReturnType<CredentialProvider>>;

async function presign(
  sts: STSClient,
  credentials: ResolvedCredentials,
  clusterName: string,
  clock: Clock,
): Promise<string> {
  const { sha256, systemClockOffset } = sts.config;
  const region = await sts.config.region();
  const hostname = stsHost(sts, region);
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256 });
  const unsigned = new HttpRequest({
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    // The signer signs the headers that are given here.
    headers: { host: hostname, 'x-k8s-aws-id': clusterName },
  });
  const signed = await signer.presign(unsigned, {
    expiresIn: URL_EXPIRES_SECONDS,
    // How much the runner's clock is off: the SDK learns it from AWS's answers.
    signingDate: new Date(clock.now() + systemClockOffset),
  });
  return `https://${hostname}/?${toQuery({ ...signed.query })}`;
}

type Query = Readonly<Record<string, string | string[] | null>>;

function toQuery(query: Query): string {
  return Object.entries(query)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${escape(key)}=${escape(String(value))}`)
    .join('&');
}

/** Encodes as RFC 3986 says: the signature was computed over this form. */
function escape(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
