/** The keys by which STS verifies tokens of OIDC issuers. */
import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose';

/** Public keys by issuer, in place of the documents that AWS fetches from each issuer. */
export class IssuerKeys {
  readonly #keys = new Map<string, JWK[]>();

  /** Adds keys of an issuer, `https://...`. */
  add(issuerUrl: string, keys: JWK[]): void {
    this.#keys.set(issuerUrl, [...(this.#keys.get(issuerUrl) ?? []), ...keys]);
  }

  has(issuerUrl: string): boolean {
    return this.#keys.has(issuerUrl);
  }

  /** The token's claims, once its signature, issuer and times are found right. Throws jose's errors. */
  async verify(issuerUrl: string, token: string, now: number): Promise<JWTPayload> {
    return verifyToken(this.#keys.get(issuerUrl) ?? [], issuerUrl, token, now);
  }
}

export async function verifyToken(
  keys: JWK[],
  issuer: string,
  token: string,
  now: number,
): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys }), {
    issuer,
    currentDate: new Date(now),
    requiredClaims: ['sub', 'aud', 'exp', 'iat'],
  });
  return payload;
}
