/** Why a run failed: the reasons that there are, and the error that carries one with what was tried, said and is to do. */

/** The closed list of the `failure-reason` output (contract). `internal` only for a defect of this action. */
export const FAILURE_REASONS = [
  'invalid-input',
  'sign-in-denied',
  'wrong-account',
  'wrong-cluster',
  'cluster-not-found',
  'cluster-access-denied',
  'not-a-space',
  'nothing-listed',
  'quota-exceeded',
  'not-owned',
  'gitops-managed',
  'release-busy',
  'chart-unavailable',
  'tool-unavailable',
  'access-denied',
  'plan-changed',
  'rollout-failed',
  'timed-out',
  'not-verified',
  'drift',
  'throttled',
  'cancelled',
  'internal',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface FailureDetails {
  /** What was tried and on what, e.g. `create role space-prod-shared-secrets`. */
  readonly tried: string;
  /** What the other side said, in its own words. */
  readonly said: string;
  /** What the person on call should do next. */
  readonly next: string;
  readonly cause?: unknown;
}

/** What an error means for a run: the reason, and what to do. */
export interface Advice {
  readonly reason: FailureReason;
  readonly next: string;
}

/** The only error that leaves a room: it carries the reason, what was tried, what was said, what to do. */
export class Failure extends Error {
  readonly reason: FailureReason;
  readonly details: FailureDetails;

  constructor(reason: FailureReason, details: FailureDetails) {
    const { tried, said, next, cause } = details;
    super(`${tried}: ${said}\n${next}`, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.reason = reason;
    this.details = details;
  }
}

/** Whether a thrown value is a Failure for this reason. */
export function isFailureOf(error: unknown, reason: FailureReason): error is Failure {
  return error instanceof Failure && error.reason === reason;
}

/** Stands in the name of a file of permissions/ as long as mode and identity of the job are not known. */
export const ANY_JOB = '<mode>-<identity>';

/** The same failure, with the file that the job itself needs. */
export function ofJob(failure: Failure, job: string | undefined): Failure {
  const { reason, details } = failure;
  if (job === undefined || !details.next.includes(ANY_JOB)) return failure;
  return new Failure(reason, { ...details, next: details.next.replaceAll(ANY_JOB, job) });
}

/** What messages name of this action's own repository: files of permissions, and its documents. */
const OWN_FILE =
  /(?<![\w/.-])(?:permissions\/(?:iam|rbac)|docs|bootstrap|examples\/reviewed)\/[\w-]+\.(?:json|yaml|yml|md)\b/g;

/**
 * The same failure, with the files of this action's own repository as addresses, where it is known: who reads the message has no copy of
 * it. `repository`: address and ref, such as `https://github.com/owner/name/raw/v1`.
 */
export function withAddresses(failure: Failure, repository: string | undefined): Failure {
  const { reason, details } = failure;
  if (repository === undefined) return failure;
  const addressed = (text: string): string => text.replaceAll(OWN_FILE, `${repository}/$&`);
  // What is wrong with the inputs is in our own words, and says what to do as well.
  const said = reason === 'invalid-input' ? addressed(details.said) : details.said;
  const next = addressed(details.next);
  return said === details.said && next === details.next
    ? failure
    : new Failure(reason, { ...details, said, next });
}

/** Any thrown value as a Failure; what is not one already is a defect of ours and says so. */
export function asFailure(error: unknown, tried: string): Failure {
  if (error instanceof Failure) return error;
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const next = 'This is a defect of the action. Run again with debug logging on and report the log.';
  return new Failure('internal', { tried, said, next, cause: error });
}
