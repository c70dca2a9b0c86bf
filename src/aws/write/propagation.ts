import { Failure } from '../../model/failure.ts';
import { readAwsError } from '../client/aws-error.ts';
import type { Call } from '../client/aws-failure.ts';
import { awsFailure, quote } from '../client/aws-failure.ts';
import type { Transient } from '../client/retry.ts';
import { seconds } from '../client/retry.ts';

/** EKS's own words for a role that it can't see: not there, or made a moment ago. Terraform's provider waits as long for it. */
const ROLE_UNSEEN = /role provided in the request does not exist/i;
/** Nearly always a real defect of the trust policy, yet also seen right after that policy was put right. */
const TRUST_INVALID = /trust policy of the role provided is invalid/i;

const UNSEEN: Transient = { why: 'EKS does not see the role yet', forMs: 120_000 };
const UNTRUSTED: Transient = {
  why: "EKS does not accept the role's trust policy (yet, if it has just been changed)",
  forMs: 20_000,
};

/** A role or trust policy takes seconds to become visible to EKS; the code for it is the one for any bad parameter. */
export function propagation(error: unknown): Transient | undefined {
  const read = readAwsError(error);
  if (read?.name !== 'InvalidParameter') return undefined;
  if (ROLE_UNSEEN.test(read.message)) return UNSEEN;
  return TRUST_INVALID.test(read.message) ? UNTRUSTED : undefined;
}

/** What to do when the waiting was in vain. */
export function refusedRole(error: unknown, call: Call, roleArn: string): Failure {
  const reason = propagation(error);
  if (reason === undefined) return awsFailure(error, call);
  const next =
    reason === UNSEEN
      ? `EKS has not seen ${roleArn} for ${seconds(reason.forMs)}. Check that the role exists under this very ARN, path included, and in the cluster's account.`
      : `The trust policy of ${roleArn} must let pods.eks.amazonaws.com do both sts:AssumeRole and sts:TagSession. If it does, IAM was slow: run again.`;
  return new Failure('timed-out', { tried: call.tried, said: quote(error), next, cause: error });
}
