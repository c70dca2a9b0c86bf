import type { SignIn } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { Caller } from '../../model/world.ts';
import { isNamed } from '../client/aws-error.ts';
import { createClients } from '../client/clients.ts';
import type { AwsClients, Credentials } from '../client/clients.ts';
import { awsFailure, quote } from '../client/aws-failure.ts';
import { CALLER, askCaller } from '../read/caller.ts';
import { retry } from '../client/retry.ts';
import type { Transient } from '../client/retry.ts';
import { ambientCredentials, masked } from './ambient.ts';
import { webIdentityCredentials } from './web-identity.ts';
import type { WebIdentityDoors } from './web-identity.ts';

export interface SignInDoors extends WebIdentityDoors {
  /** Where credentials come from when no role is assumed; the SDK's own search by default. */
  readonly ambient?: Credentials;
}

export interface SignedIn {
  readonly caller: Caller;
  readonly credentials: Credentials;
  /** Renew their credentials for as long as the job runs. */
  readonly clients: AwsClients;
}

/**
 * Signs the job in to AWS and refuses an account that is not allowed, before anything else is asked or written. Throws
 * `sign-in-denied` with what would admit this job, `wrong-account`, or what the network did.
 */
export async function signIn(config: SignIn, doors: SignInDoors): Promise<SignedIn> {
  const { roleToAssume } = config;
  const credentials =
    roleToAssume === undefined
      ? masked(doors.ambient ?? ambientCredentials(doors.connection), doors.mask)
      : webIdentityCredentials({ ...config, roleToAssume }, doors);
  const clients = createClients(doors.connection, credentials);
  const caller = await whoAmI(clients, roleToAssume !== undefined, doors);
  guardAccount(caller, config.allowedAccountIds);
  return { caller, credentials, clients };
}

/** A session made a moment ago may not be known everywhere yet. */
const FRESH_SESSION: Transient = { why: 'AWS does not know the new session yet', forMs: 10_000 };

async function whoAmI(clients: AwsClients, assumed: boolean, doors: SignInDoors): Promise<Caller> {
  const unknownYet = (error: unknown) =>
    assumed && isNamed(error, 'InvalidClientTokenId') ? FRESH_SESSION : undefined;
  try {
    return await retry(doors, unknownYet, () => askCaller(clients.sts));
  } catch (error) {
    throw assumed ? awsFailure(error, CALLER) : explainAmbient(error);
  }
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'ProviderError', 'TokenProviderError'];

function explainAmbient(error: unknown): Failure {
  if (!isNamed(error, ...NO_CREDENTIALS)) return awsFailure(error, CALLER);
  return new Failure('sign-in-denied', {
    tried: 'find AWS credentials in the environment of this job',
    said: quote(error),
    next: 'Set role-to-assume and give the job `permissions: id-token: write`, or run a step that signs in to AWS before this one. If AWS_PROFILE is set, the profile must exist on this runner; the SDK then looks nowhere else.',
    cause: error,
  });
}

function guardAccount(caller: Caller, allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.includes(caller.account)) return;
  throw new Failure('wrong-account', {
    tried: 'check the AWS account of this job',
    said: `the credentials of this job (${caller.arn}) are of account ${caller.account}; allowed-account-ids has ${allowed.join(', ')}`,
    next: 'Nothing was read or written. Use credentials of the right account, or put this one on the list.',
  });
}
