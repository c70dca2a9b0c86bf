import { isNamed } from '../client/aws-error.ts';
import type { AwsContext } from '../client/context.ts';
import type { Call } from '../client/aws-failure.ts';
import { request } from '../client/request.ts';
import type { Answers } from '../client/request.ts';
import { retry } from '../client/retry.ts';
import type { Transient } from '../client/retry.ts';

const CONCURRENT: Transient = { why: 'Somebody else changes the same thing in IAM', forMs: 30_000 };
const UNREACHED: Transient = { why: 'IAM does not reach the OIDC issuer', forMs: 30_000 };

function transient(error: unknown): Transient | undefined {
  if (isNamed(error, 'ConcurrentModification')) return CONCURRENT;
  return isNamed(error, 'OpenIdIdpCommunicationError') ? UNREACHED : undefined;
}

/** One writing call to IAM; parallel edits of the same thing are waited out. */
export async function writeIam<T, A = never>(
  aws: AwsContext,
  call: Call,
  send: () => Promise<T>,
  answers: Answers<A> = {},
): Promise<T | A> {
  return await request(call, () => retry(aws, transient, send), answers);
}
