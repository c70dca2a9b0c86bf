/** Refusals of IAM that end by themselves: which ones, and for how long. */
import { isNamed } from '../client/aws-error.ts';
import type { Call } from '../client/aws-failure.ts';
import { type Answers, type AwsContext, request } from '../client/request.ts';
import { retry, type Transient } from '../client/retry.ts';

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
