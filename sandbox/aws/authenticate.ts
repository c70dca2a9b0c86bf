/** Who sent a request: the signature is checked against the keys that the account has given out. */
import { ServiceError } from './errors.ts';
import type { AccessKey, Principal } from './principals.ts';
import type { WireRequest } from './protocol/http.ts';
import { parseAuthorization, parseTime, sha256, signatureMatches } from './sigv4.ts';
import type { State } from './state.ts';

/** How far a request's clock may be off, as AWS allows for these services. */
const maxSkewMs = 5 * 60_000;

/** The key, if it exists, is not expired, and comes with its session token. */
export function findKey(state: State, accessKeyId: string, sessionToken: string | undefined): AccessKey {
  const key = state.keys.find(accessKeyId);
  if (key === undefined || key.sessionToken !== sessionToken) {
    throw new ServiceError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
      403,
    );
  }
  if (key.principal.type === 'AssumedRole' && key.principal.expiresAt <= state.now()) {
    throw new ServiceError('ExpiredToken', 'The security token included in the request is expired', 403);
  }
  return key;
}

/** Who signed the request. Throws the service's errors for a missing, unknown, expired or wrong signature. */
export function authenticate(state: State, request: WireRequest): Principal {
  const header = request.headers['authorization'];
  if (header === undefined) {
    throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  }
  const parsed = parseAuthorization(header);
  const time = request.headers['x-amz-date'] ?? '';
  const mismatch = new ServiceError(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    403,
  );
  if (parsed === undefined || !parsed.signedHeaders.includes('host')) throw mismatch;
  const key = findKey(state, parsed.scope.accessKeyId, request.headers['x-amz-security-token']);
  const signed = {
    ...parsed,
    time,
    method: request.method,
    path: request.path,
    query: [...request.query],
    headers: request.headers,
    payloadHash: sha256(request.body),
  };
  if (!time.startsWith(parsed.scope.date) || !signatureMatches(signed, key.secretAccessKey)) throw mismatch;
  const skew = Math.abs(state.now() - parseTime(time));
  if (!(skew <= maxSkewMs)) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      `Signature expired: ${time} is more than 5 min. off`,
      403,
    );
  }
  return key.principal;
}
