/** The key pair by which a cluster signs service account tokens. */
import { createHash, createPublicKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { exportJWK, type JWK } from 'jose';

export interface ServiceAccountKeys {
  readonly privatePem: string;
  readonly publicPem: string;
  /** The public key as the API server publishes it. */
  readonly jwk: JWK;
}

/** A key pair for service account tokens: RSA, since EKS signs with RS256. */
export async function createServiceAccountKeys(): Promise<ServiceAccountKeys> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = createPublicKey(publicKey);
  const jwk = {
    ...(await exportJWK(key)),
    use: 'sig',
    alg: 'RS256',
    kid: keyId(key.export({ type: 'spki', format: 'der' })),
  };
  return { privatePem: privateKey, publicPem: publicKey, jwk };
}

/** As Kubernetes derives it (pkg/serviceaccount/jwt.go): the digest of the key in DER form. */
function keyId(der: Buffer): string {
  return createHash('sha256').update(der).digest('base64url');
}
