/** EKS refuses the role of an association: for now, since it sees a role some seconds late, or for good. IAM tells the two apart. */
import { Failure } from '../../model/failure.ts';
import { roleNameOf } from '../../policy/arn.ts';
import { offersPodIdentity } from '../../policy/trust-evaluation.ts';
import { readAwsError } from '../client/aws-error.ts';
import { awsFailure, type Call, quote } from '../client/aws-failure.ts';
import { seconds, type Transient } from '../client/retry.ts';
import { type BareRole, readBareRole } from '../read/roles.ts';
import { hasWritten, type WriteContext } from './lost-update.ts';
import { trustPolicyOf } from './role-policies.ts';

interface Refusal {
  /** EKS has one code for every bad parameter. */
  readonly text: RegExp;
  /** How long it is waited for, where IAM has the role as it must be. */
  readonly wait: Transient;
  /** Whether the role as IAM has it shows that what EKS says does not hold any more. */
  readonly isRefuted: (role: BareRole) => boolean;
  /** What is wrong with the role, in the case that IAM says the same as EKS. */
  readonly fact: (roleArn: string) => string;
  /** What to look at when EKS still refuses the role after that. `waited`: how long, in words. */
  readonly afterWait: (roleArn: string, waited: string) => string;
}

const REFUSALS: readonly Refusal[] = [
  {
    text: /role provided in the request does not exist/i,
    // Terraform's AWS provider waits as long.
    wait: { why: 'EKS does not see the role yet', forMs: 120_000 },
    isRefuted: () => true,
    fact: (roleArn) => `IAM has no role ${roleArn}: somebody has deleted it after the plan was made.`,
    afterWait: (roleArn, waited) =>
      `EKS has not found ${roleArn} within ${waited}. Check that the role exists under this very ARN, path included, and in the cluster's account.`,
  },
  {
    text: /trust policy of the role provided is invalid/i,
    wait: {
      why: "EKS does not accept the role's trust policy yet, which has just been changed",
      forMs: 20_000,
    },
    isRefuted: ({ trustPolicy }) => offersPodIdentity(trustPolicy),
    fact: (roleArn) =>
      `The trust policy of ${roleArn} does not let pods.eks.amazonaws.com do both sts:AssumeRole and sts:TagSession: somebody has changed it after the plan was made.`,
    afterWait: (roleArn, waited) =>
      `The trust policy of ${roleArn} is as EKS wants it, and yet was not taken within ${waited}: IAM was slow. Run again.`,
  },
];

function refusalIn(error: unknown): Refusal | undefined {
  const read = readAwsError(error);
  return read?.name === 'InvalidParameter' ? REFUSALS.find(({ text }) => text.test(read.message)) : undefined;
}

/**
 * Why another attempt may end otherwise; undefined for every other error, and where IAM agrees with EKS. IAM is not asked about a
 * role that this run has written: its reads may be late too.
 */
export async function rolePropagation(
  aws: WriteContext,
  roleArn: string,
  error: unknown,
): Promise<Transient | undefined> {
  const refusal = refusalIn(error);
  if (refusal === undefined) return undefined;
  return (await isOnItsWay(aws, roleArn, refusal)) ? refusal.wait : undefined;
}

async function isOnItsWay(aws: WriteContext, roleArn: string, { isRefuted }: Refusal): Promise<boolean> {
  const name = roleNameOf(roleArn);
  if (hasWritten(aws, trustPolicyOf(name))) return true;
  try {
    const role = await readBareRole(aws, name);
    return role?.arn === roleArn && isRefuted(role);
  } catch {
    // When IAM can't be asked, what EKS said still counts: the role is waited for, and the failure has EKS's words.
    return true;
  }
}

/** The Failure when EKS refuses the role, after the wait or at once; any other error is explained as usual. */
export async function refusedRole(
  aws: WriteContext,
  call: Call,
  roleArn: string,
  error: unknown,
): Promise<Failure> {
  const refusal = refusalIn(error);
  if (refusal === undefined) return awsFailure(error, call);
  const details = { tried: call.tried, said: quote(error), cause: error };
  if (await isOnItsWay(aws, roleArn, refusal))
    return new Failure('timed-out', {
      ...details,
      next: refusal.afterWait(roleArn, seconds(refusal.wait.forMs)),
    });
  return new Failure('plan-changed', {
    ...details,
    next: `${refusal.fact(roleArn)} Run again to plan from what is there now.`,
  });
}
