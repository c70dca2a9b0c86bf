/** Explains an error of AWS as a Failure: the reason, what AWS said, and what to do. */
import { type Advice, asFailure, Failure } from '../../model/failure.ts';
import { proxyRefusalOf } from '../../tools/proxy/refusal.ts';
import { BY_CODE, byStatus } from './aws-codes.ts';
import {
  type AwsError,
  isAccessDenied,
  isQuota,
  isServerFault,
  isThrottled,
  readAwsError,
  troubleOf,
} from './aws-error.ts';
import { adviseOnDenial } from './denied-by.ts';
import { adviseOnNetwork } from './network-error.ts';

/** One call to AWS, as messages describe it. */
export interface Call {
  /** What the call does, e.g. `read role space-prod`. */
  readonly tried: string;
  /** The IAM action that allows it. */
  readonly action: string;
  /** The ARN or name that it is about. */
  readonly on: string;
  /** What else than a missing right a refusal may come from. */
  readonly ifRefused?: string;
}

/** What AWS said, with the request id, which AWS support asks for. */
export function quote(error: unknown): string {
  const read = readAwsError(error);
  return read === undefined ? String(error) : quoteRead(read);
}

function quoteRead({ name, message, status, requestId, unreadable }: AwsError): string {
  if (unreadable === true) {
    const [what = ''] = message.split('\n');
    return `HTTP status ${status ?? 'unknown'}, and a text that AWS does not write: ${what}`;
  }
  const id = requestId === undefined ? '' : ` (request id ${requestId})`;
  return `${name}: ${message}${id}`;
}

/** The account's quota, from texts like `Cannot exceed quota for ACLSizePerRole: 2048`. */
export function quotaOf(message: string): number | undefined {
  const found = /quota for \w+: (\d+)|maximum policy size of (\d+)|limit of (\d+)/i.exec(message);
  const digits = found?.slice(1).find((group) => group !== undefined);
  return digits === undefined ? undefined : Number(digits);
}

/** Any thrown value as a Failure. A Failure stays as it is; only defects become `internal`. */
export function awsFailure(error: unknown, call: Call): Failure {
  if (error instanceof Failure) return error;
  const read = readAwsError(error);
  const refusal = proxyRefusalOf(error);
  const explained =
    refusal === undefined
      ? read && explain(read, call)
      : { reason: 'timed-out' as const, next: refusal.next };
  if (read === undefined || explained === undefined) return asFailure(error, call.tried);
  return new Failure(explained.reason, {
    tried: call.tried,
    said: quoteRead(read),
    next: explained.next,
    cause: error,
  });
}

function explain(error: AwsError, call: Call): Advice | undefined {
  const trouble = troubleOf(error);
  if (trouble !== undefined) return { reason: 'timed-out', next: adviseOnNetwork(trouble, times(error)) };
  if (error.unreadable === true) return { reason: 'timed-out', next: NOT_AWS };
  if (isAccessDenied(error)) return { reason: 'access-denied', next: adviseOnDenial(error.message, call) };
  if (isQuota(error)) return { reason: 'quota-exceeded', next: adviseOnQuota(error.message, call) };
  if (isThrottled(error)) {
    const next = `AWS still refused after ${times(error)}: other callers use up the account's request rate. Run again later.`;
    return { reason: 'throttled', next };
  }
  const known = BY_CODE.get(error.name) ?? BY_CODE.get(error.code ?? '');
  return known?.(error, call) ?? serverFault(error) ?? byStatus(error, call);
}

function times(error: AwsError): string {
  return error.attempts === undefined || error.attempts === 1 ? 'one attempt' : `${error.attempts} attempts`;
}

/** What answers in place of AWS, and how to get past it. */
export const NOT_AWS =
  'What answered is not AWS: a proxy or a sign-in page of the network, or the host of AWS_ENDPOINT_URL. Open the address of the service from this runner with curl to see the page; then let the proxy pass AWS, or let calls to AWS pass by it (HTTPS_PROXY, NO_PROXY).';

function serverFault(error: AwsError): Advice | undefined {
  if (!isServerFault(error)) return undefined;
  const next = `AWS itself failed, after ${times(error)}. See https://health.aws.amazon.com/health/status and run again.`;
  return { reason: 'timed-out', next };
}

function adviseOnQuota(message: string, call: Call): string {
  const quota = quotaOf(message);
  const stands =
    quota === undefined ? 'A quota of the account is used up' : `The account's quota is ${quota}`;
  return `${stands}. Raise it in the Service Quotas console, or use less of it, then run again (${call.on}).`;
}
