/** Calls EKS Auth as the Pod Identity Agent of a node does: a request signed by hand, with no retry. */
import { createHash, createHmac } from 'node:crypto';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';

/** Access keys of a user, or of a session. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where EKS Auth is. */
export interface EksAuth {
  readonly endpoint: string;
  readonly region: string;
}

/** SHA-256 in the SDK's form, on Node's own hash. */
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

/** AssumeRoleForPodIdentity with a pod's token. Returns the answer, also a refusal. */
export async function assumeRoleForPodIdentity(
  aws: EksAuth,
  credentials: Credentials,
  cluster: string,
  token: string,
  userAgent?: string,
): Promise<{ status: number; body: unknown }> {
  const { protocol, hostname, host, port } = new URL(aws.endpoint);
  const body = JSON.stringify({ token });
  const request = new HttpRequest({
    protocol,
    method: 'POST',
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: `/clusters/${cluster}/assume-role-for-pod-identity`,
    headers: { host, 'content-type': 'application/json' },
    body,
  });
  const signer = new SignatureV4({ service: 'eks-auth', region: aws.region, credentials, sha256: Sha256 });
  const { headers: signed } = await signer.sign(request);
  const headers = { ...signed, ...(userAgent === undefined ? {} : { 'user-agent': userAgent }) };
  const response = await fetch(`${aws.endpoint}${request.path}`, { method: 'POST', headers, body });
  return { status: response.status, body: await response.json() };
}
