/** Explains an error of AWS as a Failure: the reason, what AWS said, and what to do. */
import { asFailure, Failure, type FailureReason } from '../../model/failure.ts';
import {
  type AwsError,
  isAccessDenied,
  isNetwork,
  isQuota,
  isServerFault,
  isThrottled,
  readAwsError,
} from './aws-error.ts';

/** One call to AWS, as messages describe it. */
export interface Call {
  /** What the call does, e.g. `read role space-prod`. */
  readonly tried: string;
  /** The IAM action that allows it. */
  readonly action: string;
  /** The ARN or name that it is about. */
  readonly on: string;
}

interface Explanation {
  readonly reason: FailureReason;
  readonly next: string;
}

/** What AWS said, with the request id, which AWS support asks for. */
export function quote(error: unknown): string {
  const read = readAwsError(error);
  return read === undefined ? String(error) : quoteRead(read);
}

function quoteRead(error: AwsError): string {
  const id = error.requestId === undefined ? '' : ` (request id ${error.requestId})`;
  return `${error.name}: ${error.message}${id}`;
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
  const explained = read && explain(read, call);
  if (read === undefined || explained === undefined) return asFailure(error, call.tried);
  return new Failure(explained.reason, {
    tried: call.tried,
    said: quoteRead(read),
    next: explained.next,
    cause: error,
  });
}

function explain(error: AwsError, call: Call): Explanation | undefined {
  if (isNetwork(error)) return unreachable(error);
  if (isAccessDenied(error)) return { reason: 'access-denied', next: adviseOnDenial(error.message, call) };
  if (isQuota(error)) return { reason: 'quota-exceeded', next: adviseOnQuota(error.message, call) };
  if (isThrottled(error)) {
    const next = `AWS still refused after ${times(error)}: other callers use up the account's request rate. Run again later.`;
    return { reason: 'throttled', next };
  }
  return byCode.get(error.name)?.(error, call) ?? serverFault(error);
}

function times(error: AwsError): string {
  return error.attempts === undefined || error.attempts === 1 ? 'one attempt' : `${error.attempts} attempts`;
}

function unreachable(error: AwsError): Explanation {
  const next =
    `No answer from AWS after ${times(error)}. Check that the region exists, that the runner reaches the endpoint of the service ` +
    '(for a runner in a VPC: NAT or interface endpoints), AWS_ENDPOINT_URL if it is set, HTTPS_PROXY and NO_PROXY, and NODE_EXTRA_CA_CERTS behind a proxy with its own authority.';
  return { reason: 'timed-out', next };
}

function serverFault(error: AwsError): Explanation | undefined {
  if (!isServerFault(error)) return undefined;
  const next = `AWS itself failed, ${times(error)} long. See https://health.aws.amazon.com/health/status and run again.`;
  return { reason: 'timed-out', next };
}

/** AWS's own text may name another action than the call's: creating an association may be refused for `iam:PassRole`. */
function adviseOnDenial(message: string, call: Call): string {
  const action = /perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message)?.[1] ?? call.action;
  const on = /on resource: (\S+)/.exec(message)?.[1] ?? call.on;
  const files = 'permissions/iam/<mode>-<identity>.json of this action holds all that each mode needs';
  if (/service control policy|resource control policy/i.test(message)) {
    return `A policy of the AWS organisation forbids ${action} on ${on}: the job's role alone can't change that. Ask who keeps the organisation's policies.`;
  }
  if (/permissions boundary/i.test(message)) {
    return `The permissions boundary of the job's role does not allow ${action} on ${on}. Widen the boundary; ${files}.`;
  }
  if (/explicit deny/i.test(message)) {
    return `A policy denies ${action} on ${on} outright, which no Allow overrides. Find the Deny on the job's role or on the resource.`;
  }
  return `Allow ${action} on ${on} in a policy of the job's role: ${files}.`;
}

function adviseOnQuota(message: string, call: Call): string {
  const quota = quotaOf(message);
  const stands =
    quota === undefined ? 'A quota of the account is used up' : `The account's quota is ${quota}`;
  return `${stands}. Raise it in the Service Quotas console, or need less of it, then run again (${call.on}).`;
}

type Explainer = (error: AwsError, call: Call) => Explanation;

const badCredentials: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not take the credentials of this job (any more). Sign in again in this job: set role-to-assume, or run the step that provides the credentials right before this one. Temporary credentials need their session token.',
});

const badSignature: Explainer = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not accept the signature of the request: either the secret key is wrong, or the clock of the runner is off by more than five minutes.',
});

const gone: Explainer = (error, call) =>
  /no cluster found/i.test(error.message)
    ? {
        reason: 'cluster-not-found',
        next: `There is no such EKS cluster in this account and region: check cluster-name and aws-region (${call.on}).`,
      }
    : {
        reason: 'plan-changed',
        next: `${call.on} was there when the plan was made and is not any more. Run again to plan from what is there now.`,
      };

const changedByOthers: Explainer = (_error, call) => ({
  reason: 'plan-changed',
  next: `Somebody else changes ${call.on} at the same time. Let the other job end, then run again.`,
});

const madeByOthers: Explainer = (_error, call) => ({
  reason: 'not-owned',
  next: `${call.on} was not there when the plan was made: somebody else has made it meanwhile. Run again to see what is there; adopt: true takes over what lacks this action's tags.`,
});

const badValue: Explainer = (_error, call) => ({
  reason: 'invalid-input',
  next: `AWS does not take a value that comes from the inputs, for ${call.on}. Its own words say which.`,
});

const disabledRegion: Explainer = () => ({
  reason: 'invalid-input',
  next: 'The region of aws-region is switched off for this account, or its STS endpoint is. Switch it on in the account settings, or use another region.',
});

const byCode = new Map<string, Explainer>([
  ...['ExpiredToken', 'ExpiredTokenId', 'InvalidClientTokenId', 'UnrecognizedClient', 'InvalidToken'].map(
    (name) => [name, badCredentials] as const,
  ),
  ['MissingAuthenticationToken', badCredentials],
  ['CredentialsProviderError', badCredentials],
  ...['SignatureDoesNotMatch', 'InvalidSignature', 'RequestExpired', 'RequestTimeTooSkewed'].map(
    (name) => [name, badSignature] as const,
  ),
  ['NoSuchEntity', gone],
  ['ResourceNotFound', gone],
  ['NotFound', gone],
  ['ConcurrentModification', changedByOthers],
  ['EntityAlreadyExists', madeByOthers],
  ['ResourceInUse', madeByOthers],
  ['DeleteConflict', madeByOthers],
  ['UnmodifiableEntity', madeByOthers],
  ['ValidationError', badValue],
  ['Validation', badValue],
  ['InvalidInput', badValue],
  ['InvalidParameter', badValue],
  ['InvalidRequest', badValue],
  ['BadRequest', badValue],
  ['RegionDisabled', disabledRegion],
  ['OptInRequired', disabledRegion],
]);
