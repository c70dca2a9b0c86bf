/** Refusals of IAM and EKS that end by themselves: which ones, for how long, and what to do when they do not. */
import { Failure } from '../../model/failure.ts';
import { isNamed, readAwsError } from '../client/aws-error.ts';
import { awsFailure, type Call, quote } from '../client/aws-failure.ts';
import { type Answers, type AwsContext, request } from '../client/request.ts';
import { retry, seconds, type Transient } from '../client/retry.ts';

const CONCURRENT: Transient = { why: 'Somebody else changes the same thing in IAM', forMs: 30_000 };
const ISSUER_UNREACHED: Transient = { why: 'IAM does not reach the OIDC issuer', forMs: 30_000 };

function iamTransient(error: unknown): Transient | undefined {
  if (isNamed(error, 'ConcurrentModification')) return CONCURRENT;
  return isNamed(error, 'OpenIdIdpCommunicationError') ? ISSUER_UNREACHED : undefined;
}

/** One writing call to IAM. Waits for the end of parallel edits of the same thing. */
export async function writeIam<T, A = never>(
  aws: AwsContext,
  call: Call,
  send: () => Promise<T>,
  answers: Answers<A> = {},
): Promise<T | A> {
  return await request(call, () => retry(aws, iamTransient, send), answers);
}

/** EKS says this when the role does not exist, and also when it was made a moment ago. */
const ROLE_UNSEEN_TEXT = /role provided in the request does not exist/i;
/** Nearly always a real defect of the trust policy, but also seen right after the policy was corrected. */
const TRUST_INVALID_TEXT = /trust policy of the role provided is invalid/i;

/** Terraform's AWS provider waits as long. */
const ROLE_UNSEEN: Transient = { why: 'EKS does not see the role yet', forMs: 120_000 };
const TRUST_INVALID: Transient = {
  why: "EKS does not accept the role's trust policy (yet, if it has just been changed)",
  forMs: 20_000,
};

/** EKS sees a new role or trust policy after some seconds. Until then it answers with the code for any bad parameter. */
export function rolePropagation(error: unknown): Transient | undefined {
  const read = readAwsError(error);
  if (read?.name !== 'InvalidParameter') return undefined;
  if (ROLE_UNSEEN_TEXT.test(read.message)) return ROLE_UNSEEN;
  return TRUST_INVALID_TEXT.test(read.message) ? TRUST_INVALID : undefined;
}

/** The Failure when EKS still refuses the role after the wait; any other error is explained as usual. */
export function refusedRole(error: unknown, call: Call, roleArn: string): Failure {
  const reason = rolePropagation(error);
  if (reason === undefined) return awsFailure(error, call);
  const next =
    reason === ROLE_UNSEEN
      ? `EKS has not found ${roleArn} within ${seconds(reason.forMs)}. Check that the role exists under this very ARN, path included, and in the cluster's account.`
      : `The trust policy of ${roleArn} must let pods.eks.amazonaws.com do both sts:AssumeRole and sts:TagSession. If it does, IAM was slow: run again.`;
  return new Failure('timed-out', { tried: call.tried, said: quote(error), next, cause: error });
}
