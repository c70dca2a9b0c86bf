/** Signs the job in to AWS: with a role and the OIDC token of the job, or with the credentials that it has. */
import type { SignIn } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { Caller } from '../../model/world.ts';
import { refuseUnusableProxy } from '../../tools/proxy/rule.ts';
import { addressesOf } from '../client/addresses.ts';
import { isNamed } from '../client/aws-error.ts';
import { awsFailure, quote } from '../client/aws-failure.ts';
import { type AwsClients, createClients, type CredentialProvider } from '../client/clients.ts';
import { retry, type Transient } from '../client/retry.ts';
import { askCaller, CALLER } from '../read/caller.ts';
import { ambientCredentials, masked } from './credentials.ts';
import { explainUnknownHere } from './other-region.ts';
import { webIdentityCredentials, type WebIdentityDependencies } from './web-identity.ts';

export interface SignInDependencies extends WebIdentityDependencies {
  /** The credentials when no role is assumed; by default the SDK searches for them. */
  readonly ambient?: CredentialProvider;
  /** Told each time that a service asks for fewer calls. */
  readonly onSlowed?: (service: string) => void;
}

export interface SignedIn {
  readonly caller: Caller;
  readonly credentials: CredentialProvider;
  /** They renew their credentials as long as the job runs. */
  readonly clients: AwsClients;
}

/**
 * Signs the job in and checks the account before anything else is read or written. Throws `sign-in-denied` with what has to
 * be set, `invalid-input` for a region that the account has to enable and for a proxy that can't be used, `wrong-account` for an account that is not allowed, and
 * `timed-out` or `throttled` when AWS does not answer.
 */
export async function signIn(config: SignIn, dependencies: SignInDependencies): Promise<SignedIn> {
  const { roleToAssume } = config;
  const credentials =
    roleToAssume === undefined
      ? masked(dependencies.ambient ?? ambientCredentials(dependencies.connection), dependencies.mask)
      : webIdentityCredentials({ ...config, roleToAssume }, dependencies);
  const clients = createClients(dependencies.connection, credentials, dependencies.onSlowed);
  refuseUnusableProxy(dependencies.connection.requestHandler.proxyFor, await addressesOf(clients));
  const caller = await identifyCaller(clients, credentials, roleToAssume !== undefined, dependencies);
  checkAccount(caller, config.allowedAccountIds);
  return { caller, credentials, clients };
}

/** AWS may not know a new session everywhere yet. */
const FRESH_SESSION: Transient = { why: 'AWS does not know the new session yet', forMs: 10_000 };

async function identifyCaller(
  clients: AwsClients,
  credentials: CredentialProvider,
  assumed: boolean,
  dependencies: SignInDependencies,
): Promise<Caller> {
  const notKnownYet = (error: unknown) =>
    assumed && isNamed(error, 'InvalidClientTokenId') ? FRESH_SESSION : undefined;
  try {
    return await retry(dependencies, notKnownYet, () => askCaller(clients.sts));
  } catch (error) {
    const elsewhere = await explainUnknownHere(error, dependencies.connection, credentials);
    if (elsewhere !== undefined) throw elsewhere;
    throw assumed ? awsFailure(error, CALLER) : explainAmbientError(error);
  }
}

const NO_CREDENTIALS = ['CredentialsProviderError', 'ProviderError', 'TokenProviderError'];

function explainAmbientError(error: unknown): Failure {
  if (!isNamed(error, ...NO_CREDENTIALS)) return awsFailure(error, CALLER);
  return new Failure('sign-in-denied', {
    tried: 'find AWS credentials in the environment of this job',
    said: quote(error),
    next:
      "Name the job's role in the `with:` block of this step, `role-to-assume: arn:aws:iam::ACCOUNT_ID:role/ROLE_NAME`, and let the job have a token, `permissions: { id-token: write }`; " +
      'bootstrap/README.md tells how such a role is made. Or run a step that signs in to AWS before this one. If AWS_PROFILE is set, the profile must exist on this runner; the SDK then looks nowhere else.',
    cause: error,
  });
}

function checkAccount(caller: Caller, allowed: readonly string[]): void {
  if (allowed.length === 0 || allowed.includes(caller.account)) return;
  throw new Failure('wrong-account', {
    tried: 'check the AWS account of this job',
    said: `the credentials of this job (${caller.arn}) are of account ${caller.account}; \`allowed-account-ids\` has ${allowed.join(', ')}`,
    next: 'Nothing was read or written. Use credentials of the right account, or put this one on the list.',
  });
}
