/** Reads and classifies what the AWS SDK throws. */
import { z } from 'zod';

/** What an error of the SDK says, whatever its class: of a service, of the network, or of the credential chain. */
export interface AwsError {
  /** Without the suffix `Exception`: the SDK and the wire spell the same code differently. */
  readonly name: string;
  readonly message: string;
  /** Node's code of a network error, e.g. `ENOTFOUND`. */
  readonly code?: string | undefined;
  readonly requestId?: string | undefined;
  readonly status?: number | undefined;
  readonly attempts?: number | undefined;
}

const schema = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  $metadata: z
    .object({
      requestId: z.string().optional(),
      httpStatusCode: z.number().optional(),
      attempts: z.number().optional(),
    })
    .optional()
    .catch(undefined),
});

/** The error as data. Undefined for values that are no errors at all, such as a thrown string. */
export function readAwsError(error: unknown): AwsError | undefined {
  const read = schema.safeParse(error);
  if (!read.success) return undefined;
  const { name, message, code, $metadata } = read.data;
  return {
    name: name.replace(/Exception$/, ''),
    message: message === '' ? (code ?? name) : message,
    code,
    requestId: $metadata?.requestId,
    status: $metadata?.httpStatusCode,
    attempts: $metadata?.attempts,
  };
}

/** Whether the error has one of these codes, given without the suffix `Exception`. */
export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  const read = readAwsError(error);
  return read !== undefined && names.includes(read.name);
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_PROXY_TUNNEL',
  'ETIMEDOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** AWS was not reached, or did not answer in time. */
export function isNetwork(error: AwsError): boolean {
  return error.name === 'TimeoutError' || (error.code !== undefined && NETWORK_CODES.has(error.code));
}

const ACCESS_DENIED = new Set([
  'AccessDenied',
  'UnauthorizedOperation',
  'NotAuthorized',
  'AuthorizationError',
]);

/** A permission is missing. */
export function isAccessDenied(error: AwsError): boolean {
  return ACCESS_DENIED.has(error.name);
}

const THROTTLED = new Set([
  'Throttling',
  'Throttled',
  'RequestLimitExceeded',
  'RequestThrottled',
  'SlowDown',
  'TooManyRequests',
  'PriorRequestNotComplete',
]);

/** Too many requests. */
export function isThrottled(error: AwsError): boolean {
  return THROTTLED.has(error.name) || error.status === 429;
}

/** A failure of AWS itself, after which the same call may well succeed. */
export function isServerFault(error: AwsError): boolean {
  return (error.status !== undefined && error.status >= 500) || error.name === 'ServiceFailure';
}

/** IAM says `LimitExceeded` for a full quota, which the SDK takes for throttling; EKS says `ResourceLimitExceeded`. */
export function isQuota(error: AwsError): boolean {
  return error.name === 'LimitExceeded' || error.name === 'ResourceLimitExceeded';
}

/** EKS has one code for two cases: the cluster does not exist (true), or the thing inside it does not (false). */
export function isClusterMissing(error: unknown): boolean {
  const read = readAwsError(error);
  return read !== undefined && read.name === 'ResourceNotFound' && /no cluster found/i.test(read.message);
}
