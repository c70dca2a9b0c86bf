/** The token of an OIDC issuer, as STS checks it. */
import { decodeJwt, errors, type JWTPayload } from 'jose';
import { ServiceError } from '../errors.ts';
import type { OidcProvider } from '../iam/model.ts';
import { signersTime, type State, visibleMoment } from '../state.ts';

const invalid = (message: string): ServiceError => new ServiceError('InvalidIdentityToken', message, 400);

/** A token found genuine, with the provider of the account that it came through. */
export interface WebIdentity {
  provider: OidcProvider;
  issuer: string;
  subject: string;
  audience: string;
  claims: JWTPayload;
}

function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (iss !== undefined) return iss;
  } catch {
    throw invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  throw invalid('Missing a required claim: iss');
}

function tokenError(error: unknown, now: number): ServiceError {
  if (error instanceof errors.JWTExpired) {
    const expiry = error.payload.exp ?? 0;
    const seconds = Math.floor(now / 1000);
    const message = `Token expired: current date/time ${seconds} must be before the expiration date/time ${expiry}`;
    return new ServiceError('ExpiredTokenException', message, 400);
  }
  if (error instanceof errors.JWTClaimValidationFailed)
    return invalid(`Invalid or missing claim: ${error.claim}`);
  if (error instanceof errors.JWKSNoMatchingKey) {
    return invalid(
      "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  }
  return invalid('The token signature is invalid');
}

/**
 * Verifies a token as STS does: a provider for its issuer in the account (as seen after propagation), the signature by
 * the issuer's keys, the times, and an audience that the provider knows. Throws STS's errors.
 */
export async function verifyWebIdentity(state: State, token: string): Promise<WebIdentity> {
  const issuer = issuerOf(token);
  const arn = state.iam.arn(`oidc-provider/${issuer.replace(/^https:\/\//, '')}`);
  const provider = state.iam.providers.asOf(arn, visibleMoment(state));
  if (provider === undefined) throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
  const now = signersTime(state);
  const claims = await state.issuerKeys.verify(issuer, token, now).catch((error: unknown) => {
    throw tokenError(error, now);
  });
  const audiences = [claims.aud ?? []].flat();
  const audience = audiences.find((one) => provider.clientIds.includes(one));
  if (audience === undefined) throw invalid('Incorrect token audience');
  return { provider, issuer, subject: claims.sub ?? '', audience, claims };
}
