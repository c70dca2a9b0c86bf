/** Reads and classifies what the AWS SDK throws: the only place that decides what an error counts as. */
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import { type NetworkTrouble, networkTrouble } from './network-error.ts';

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
  /** Whose fault it is, as the SDK says for every error that a service has answered with. */
  readonly fault?: string | undefined;
  /** There was an answer, and it was not written by AWS: a proxy's page, or nothing at all. */
  readonly unreadable?: boolean | undefined;
}

const code = z.string().optional().catch(undefined);

const schema = z.object({
  name: z.string(),
  message: z.string(),
  code,
  cause: z.object({ code }).optional().catch(undefined),
  $fault: z.string().optional().catch(undefined),
  $response: z.unknown().optional(),
  $metadata: z
    .object({
      requestId: z.string().optional(),
      httpStatusCode: z.number().optional(),
      attempts: z.number().optional(),
    })
    .optional()
    .catch(undefined),
});

/** The SDK's own names; services say `NoSuchEntity`, `NotFoundException` and the like. */
const WITHOUT_CODE = new Set(['Unknown', 'NotFound']);

/** The error as data. Undefined for values that are no errors at all, such as a thrown string. */
export function readAwsError(error: unknown): AwsError | undefined {
  const read = schema.safeParse(error);
  if (!read.success) return undefined;
  const { name, message, cause, $metadata, $fault, $response } = read.data;
  const ownCode = read.data.code ?? cause?.code;
  return {
    name: name.replace(/Exception$/, ''),
    message: message === '' ? (ownCode ?? name) : message,
    code: ownCode,
    fault: $fault,
    // The SDK gives an answer that it can't parse no side at fault, and one without a code a name of its own.
    unreadable: $response !== undefined && ($fault === undefined || WITHOUT_CODE.has(name)),
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

/** Why AWS was not reached, or did not answer in time; undefined when it answered. */
export function troubleOf(error: AwsError): NetworkTrouble | undefined {
  if (error.name === 'TimeoutError') return 'unreached';
  return error.code === undefined ? undefined : networkTrouble(error.code);
}

/** AWS was not reached, or did not answer in time. */
export function isNetwork(error: AwsError): boolean {
  return troubleOf(error) !== undefined;
}

const ACCESS_DENIED = new Set([
  'AccessDenied',
  'UnauthorizedOperation',
  'NotAuthorized',
  'AuthorizationError',
]);

/** A permission is missing. */
export function isAccessDenied(error: AwsError): boolean {
  // EKS's code for whatever the caller does wrong.
  const saysSo = error.name === 'Client' && /not authorized to perform/i.test(error.message);
  return saysSo || ACCESS_DENIED.has(error.name);
}

/** Whether a thrown value, or what a Failure was made of, says that a permission is missing: no throttling, no bad credentials. */
export function isDenied(error: unknown): boolean {
  const read = readAwsError(error instanceof Failure ? error.details.cause : error);
  return read !== undefined && isAccessDenied(read);
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

/** Codes of faults on AWS's side, whatever the status of the answer is. */
const SERVER_FAULTS = new Set([
  'InternalFailure',
  'InternalServer',
  'InternalServerError',
  'PolicyEvaluation',
  'RequestAborted',
  'RequestTimeout',
  'ResourcePropagationDelay',
  'Server',
  'ServiceFailure',
  'ServiceUnavailable',
]);

/** A failure of AWS itself, after which the same call may well succeed. */
export function isServerFault(error: AwsError): boolean {
  return (error.status !== undefined && error.status >= 500) || SERVER_FAULTS.has(error.name);
}

const QUOTAS = new Set(['LimitExceeded', 'ResourceLimitExceeded', 'PackedPolicyTooLarge']);

/** IAM says `LimitExceeded` for a full quota, which the SDK takes for throttling; EKS says `ResourceLimitExceeded`. */
export function isQuota(error: AwsError): boolean {
  return QUOTAS.has(error.name);
}

/** As services name a call that they do not have: those of JSON, those of the Query protocol, and what stands in for them. */
export const UNKNOWN_CALLS = [
  'InvalidAction',
  'NotImplemented',
  'UnknownOperation',
  'UnsupportedOperation',
] as const;

/** What answered does not have this call: an older one, of a region without the feature, or something that stands in for AWS. */
export function isUnknownCall(error: unknown): boolean {
  const read = readAwsError(error);
  if (read === undefined) return false;
  // A code that says that a thing is missing says so of the thing.
  const isPage = read.unreadable === true && (read.status === 404 || read.status === 405);
  return isPage || read.status === 501 || UNKNOWN_CALLS.some((name) => name === read.name);
}

/** STS could not fetch the keys of a token's issuer: it often can a moment later (aws-cli issue 7194). */
export function isIssuerUnread({ name, message }: AwsError): boolean {
  const saysSo = name === 'InvalidIdentityToken' && /couldn't retrieve verification key/i.test(message);
  return saysSo || name === 'IDPCommunicationError';
}

/** EKS has one code for two cases: the cluster does not exist (true), or the thing inside it does not (false). */
export function isClusterMissing(error: unknown): boolean {
  const read = readAwsError(error);
  return read !== undefined && read.name === 'ResourceNotFound' && /no cluster found/i.test(read.message);
}
