/** Assumes the workload's role with a token of its service account, as IRSA does (AssumeRoleWithWebIdentity). */
import {
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityResponse,
} from '@aws-sdk/client-sts';
import { isFailureOf } from '../../model/failure.ts';
import type { AssumeResult } from '../../model/proof-ports.ts';
import { isAccessDenied, isIssuerUnread, readAwsError } from '../client/aws-error.ts';
import { quote } from '../client/aws-failure.ts';
import { retry, type Transient } from '../client/retry.ts';
import { openSession } from './session.ts';
import type { AssumeContext } from './signed-request.ts';

const SESSION_NAME = 'spaces-workload-identity-proof';
/** The shortest that STS allows. */
const SESSION_SECONDS = 900;
const NOT_ANSWERED_MS = 20_000;

/** Limits the session to what it is for: with nothing to read, its credentials allow nothing. */
function sessionPolicy(reads: boolean): string {
  const statement = reads
    ? { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameter', 'kms:Decrypt'] }
    : { Effect: 'Deny', Action: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ ...statement, Resource: '*' }] });
}

/** `reads`: whether the session has to read probes. Throws only when the job is cancelled. */
export async function assumeWithToken(
  context: AssumeContext,
  roleArn: string,
  token: string,
  reads: boolean,
): Promise<AssumeResult> {
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: roleArn,
    RoleSessionName: SESSION_NAME,
    WebIdentityToken: token,
    DurationSeconds: SESSION_SECONDS,
    Policy: sessionPolicy(reads),
  });
  try {
    const answer = await retry(context, keysUnread, () => context.clients.sts.send(command));
    return assumed(context, answer);
  } catch (error) {
    return toResult(error);
  }
}

function assumed(context: AssumeContext, answer: AssumeRoleWithWebIdentityResponse): AssumeResult {
  const { Credentials: keys } = answer;
  const session = openSession(context, {
    accessKeyId: keys?.AccessKeyId ?? '',
    secretAccessKey: keys?.SecretAccessKey ?? '',
    sessionToken: keys?.SessionToken ?? '',
  });
  return {
    kind: 'assumed',
    assumedRole: answer.AssumedRoleUser?.Arn ?? '',
    subject: answer.SubjectFromWebIdentityToken ?? '',
    audience: answer.Audience ?? '',
    provider: answer.Provider ?? '',
    session,
  };
}

function keysUnread(error: unknown): Transient | undefined {
  const read = readAwsError(error);
  return read !== undefined && isIssuerUnread(read)
    ? { why: 'STS could not fetch the keys of the OIDC issuer', forMs: NOT_ANSWERED_MS }
    : undefined;
}

/**
 * STS says `AccessDenied` when the trust policy does not match, and `InvalidIdentityToken` when the provider does not exist:
 * both also while a change has not reached it yet. A wrong audience or signature is final.
 */
function toResult(error: unknown): AssumeResult {
  if (isFailureOf(error, 'cancelled')) throw error;
  const read = readAwsError(error);
  const said = quote(error);
  // Without the issuer's keys STS has not come to the token.
  if (read === undefined || isIssuerUnread(read)) return { kind: 'unanswered', said };
  if (isAccessDenied(read)) return { kind: 'refused', said, mayPass: true, ofToken: false };
  if (['InvalidIdentityToken', 'IDPRejectedClaim', 'ExpiredToken', 'NoSuchEntity'].includes(read.name)) {
    const mayPass = /No OpenIDConnect provider/i.test(read.message);
    return { kind: 'refused', said, mayPass, ofToken: true };
  }
  return { kind: 'unanswered', said };
}
