import { Failure, asFailure } from '../../model/failure.ts';
import type { FailureReason } from '../../model/failure.ts';
import { isAccessDenied, isNetwork, isQuota, isServerFault, isThrottled, readAwsError } from './aws-error.ts';
import type { AwsError } from './aws-error.ts';

/** One call to AWS in the words of its messages. */
export interface Call {
  /** What is wanted, e.g. `read role space-prod`. */
  readonly tried: string;
  /** The IAM action that allows it. */
  readonly action: string;
  /** The ARN or name that it is about. */
  readonly on: string;
}

interface Judgement {
  readonly reason: FailureReason;
  readonly next: string;
}

/** What AWS said, with the id that AWS support asks for. */
export function quote(error: unknown): string {
  const read = readAwsError(error);
  return read === undefined ? String(error) : quoteRead(read);
}

function quoteRead(error: AwsError): string {
  const id = error.requestId === undefined ? '' : ` (request id ${error.requestId})`;
  return `${error.name}: ${error.message}${id}`;
}

/** The number in `Cannot exceed quota for ACLSizePerRole: 2048` and its kin: the account's real quota. */
export function quotaOf(message: string): number | undefined {
  const found = /quota for \w+: (\d+)|maximum policy size of (\d+)|limit of (\d+)/i.exec(message);
  const digits = found?.slice(1).find((group) => group !== undefined);
  return digits === undefined ? undefined : Number(digits);
}

/** Any thrown value as a Failure: reason, what was tried, what AWS said, what to do. Only real defects become `internal`. */
export function awsFailure(error: unknown, call: Call): Failure {
  if (error instanceof Failure) return error;
  const read = readAwsError(error);
  const judged = read && judge(read, call);
  if (read === undefined || judged === undefined) return asFailure(error, call.tried);
  return new Failure(judged.reason, {
    tried: call.tried,
    said: quoteRead(read),
    next: judged.next,
    cause: error,
  });
}

function judge(error: AwsError, call: Call): Judgement | undefined {
  if (isNetwork(error)) return unreachable(error);
  if (isAccessDenied(error)) return { reason: 'access-denied', next: adviseOnDenial(error.message, call) };
  if (isQuota(error)) return { reason: 'quota-exceeded', next: adviseOnQuota(error.message, call) };
  if (isThrottled(error)) {
    const next = `AWS still refused after ${times(error)}: other callers use up the account's request rate. Run again later.`;
    return { reason: 'throttled', next };
  }
  return byName.get(error.name)?.(error, call) ?? serverFault(error);
}

function times(error: AwsError): string {
  return error.attempts === undefined || error.attempts === 1 ? 'one attempt' : `${error.attempts} attempts`;
}

function unreachable(error: AwsError): Judgement {
  const next =
    `No answer from AWS after ${times(error)}. Check that the region exists, that the runner reaches the endpoint of the service ` +
    '(for a runner in a VPC: NAT or interface endpoints), AWS_ENDPOINT_URL if it is set, HTTPS_PROXY and NO_PROXY, and NODE_EXTRA_CA_CERTS behind a proxy with its own authority.';
  return { reason: 'timed-out', next };
}

function serverFault(error: AwsError): Judgement | undefined {
  if (!isServerFault(error)) return undefined;
  const next = `AWS itself failed, ${times(error)} long. See https://health.aws.amazon.com/health/status and run again.`;
  return { reason: 'timed-out', next };
}

/** The action in AWS's own text wins: creating an association may be refused for `iam:PassRole`. */
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

type Judge = (error: AwsError, call: Call) => Judgement;

const signIn: Judge = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not take the credentials of this job (any more). Sign in again in this job: set role-to-assume, or run the step that provides the credentials right before this one. Temporary credentials need their session token.',
});

const clock: Judge = () => ({
  reason: 'sign-in-denied',
  next: 'AWS does not accept the signature of the request: either the secret key is wrong, or the clock of the runner is off by more than five minutes.',
});

const gone: Judge = (error, call) =>
  /no cluster found/i.test(error.message)
    ? {
        reason: 'cluster-not-found',
        next: `There is no such EKS cluster in this account and region: check cluster-name and aws-region (${call.on}).`,
      }
    : {
        reason: 'plan-changed',
        next: `${call.on} was there when the plan was made and is not any more. Run again to plan from what is there now.`,
      };

const changing: Judge = (_error, call) => ({
  reason: 'plan-changed',
  next: `Somebody else changes ${call.on} at the same time. Let the other job end, then run again.`,
});

const exists: Judge = (_error, call) => ({
  reason: 'not-owned',
  next: `${call.on} was not there when the plan was made: somebody else has made it meanwhile. Run again to see what is there; adopt: true takes over what lacks this action's tags.`,
});

const value: Judge = (_error, call) => ({
  reason: 'invalid-input',
  next: `AWS does not take a value that comes from the inputs, for ${call.on}. Its own words say which.`,
});

const region: Judge = () => ({
  reason: 'invalid-input',
  next: 'The region of aws-region is switched off for this account, or its STS endpoint is. Switch it on in the account settings, or use another region.',
});

const byName = new Map<string, Judge>([
  ...['ExpiredToken', 'ExpiredTokenId', 'InvalidClientTokenId', 'UnrecognizedClient', 'InvalidToken'].map(
    (name) => [name, signIn] as const,
  ),
  ['MissingAuthenticationToken', signIn],
  ['CredentialsProviderError', signIn],
  ...['SignatureDoesNotMatch', 'InvalidSignature', 'RequestExpired', 'RequestTimeTooSkewed'].map(
    (name) => [name, clock] as const,
  ),
  ['NoSuchEntity', gone],
  ['ResourceNotFound', gone],
  ['NotFound', gone],
  ['ConcurrentModification', changing],
  ['EntityAlreadyExists', exists],
  ['ResourceInUse', exists],
  ['DeleteConflict', exists],
  ['UnmodifiableEntity', exists],
  ['ValidationError', value],
  ['Validation', value],
  ['InvalidInput', value],
  ['InvalidParameter', value],
  ['InvalidRequest', value],
  ['BadRequest', value],
  ['RegionDisabled', region],
  ['OptInRequired', region],
]);
