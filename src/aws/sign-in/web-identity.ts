/** Credentials of the job's role, by AssumeRoleWithWebIdentity with the OIDC token of the job. */
import {
  AssumeRoleWithWebIdentityCommand,
  type Credentials as StsCredentials,
  STSClient,
} from '@aws-sdk/client-sts';
import type { SignIn } from '../../model/config.ts';
import { Failure, isFailureOf } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { required } from '../client/api-values.ts';
import { isNetwork, isServerFault, isThrottled, readAwsError } from '../client/aws-error.ts';
import { isWholeXml, NEXT_TO_THE_NETWORK, wholeAnswers } from '../client/whole-answers.ts';
import type { Connection, CredentialProvider } from '../client/clients.ts';
import { retry, seconds, type Transient } from '../client/retry.ts';
import { maskCredentials } from './credentials.ts';
import { explainRefusal, transientRefusal } from './denial.ts';
import type { IdTokenClaims, IdTokenSource } from '../../model/id-token.ts';

export interface WebIdentityDependencies {
  readonly connection: Connection;
  readonly idToken: IdTokenSource;
  readonly mask: (value: string) => void;
  readonly log: Log;
  readonly clock: Clock;
}

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** From five minutes before the end on, the SDK asks at every request; renewing a little earlier avoids that. */
const RENEW_BEFORE_MS = 6 * 60_000;
/** When a renewal fails, credentials that are valid this long are still used. */
const STILL_VALID_MS = 60_000;
const NEXT_RENEWAL_MS = 30_000;

/** Credentials of the role, renewed with a fresh token while the job runs. Masks every value before it hands it on. */
export function webIdentityCredentials(
  config: SignIn & { readonly roleToAssume: string },
  dependencies: WebIdentityDependencies,
): CredentialProvider {
  const { clock, log } = dependencies;
  // This module retries by itself, each time with a fresh token; the SDK would use the old one.
  const sts = new STSClient({ ...dependencies.connection, maxAttempts: 1 });
  sts.middlewareStack.add(wholeAnswers(isWholeXml), NEXT_TO_THE_NETWORK);
  let current: SessionCredentials | undefined;
  let renewAt = 0;
  let renewing: Promise<SessionCredentials> | undefined;

  const renew = async (): Promise<SessionCredentials> => {
    try {
      current = await assume(sts, config, dependencies);
      renewAt = current.expiration.getTime() - RENEW_BEFORE_MS;
    } catch (error) {
      const left = (current?.expiration.getTime() ?? 0) - clock.now();
      if (current === undefined || left < STILL_VALID_MS || isFailureOf(error, 'cancelled')) throw error;
      log.warning(
        `The AWS session could not be renewed, it lasts another ${seconds(left)}: ${String(error)}`,
      );
      renewAt = clock.now() + NEXT_RENEWAL_MS;
    }
    return current;
  };

  return async () => {
    if (current !== undefined && clock.now() < renewAt) return current;
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return await renewing;
  };
}

async function assume(
  sts: STSClient,
  config: SignIn & { readonly roleToAssume: string },
  dependencies: WebIdentityDependencies,
): Promise<SessionCredentials> {
  const { roleToAssume: roleArn, audience, durationSeconds } = config;
  let claims: IdTokenClaims | undefined;
  const attempt = async (): Promise<StsCredentials | undefined> => {
    const idToken = await dependencies.idToken(audience);
    ({ claims } = idToken);
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: config.sessionName,
      WebIdentityToken: idToken.token,
      DurationSeconds: durationSeconds,
    });
    return (await sts.send(command)).Credentials;
  };
  try {
    return toSession(await retry(dependencies, transientError, attempt), roleArn, dependencies.mask);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw explainRefusal(error, { roleArn, audience, durationSeconds, claims });
  }
}

/** Other refusals are final: this action does not make the job's role, so nothing is still on its way to STS. */
function transientError(error: unknown): Transient | undefined {
  const refusal = transientRefusal(error);
  const read = readAwsError(error);
  if (refusal !== undefined || read === undefined) return refusal;
  if (isThrottled(read)) return { why: 'STS is busy', forMs: 60_000 };
  if (read.unreadable === true) return { why: 'what answered was not STS', forMs: 20_000 };
  if (isNetwork(read)) return { why: 'STS was not reached', forMs: 30_000 };
  return isServerFault(read) ? { why: 'STS failed', forMs: 60_000 } : undefined;
}

function toSession(
  answer: StsCredentials | undefined,
  roleArn: string,
  mask: (value: string) => void,
): SessionCredentials {
  const call = { tried: `assume ${roleArn}`, action: 'sts:AssumeRoleWithWebIdentity', on: roleArn };
  const credentials = required(answer, 'Credentials', call);
  const session = {
    accessKeyId: required(credentials.AccessKeyId, 'AccessKeyId', call),
    secretAccessKey: required(credentials.SecretAccessKey, 'SecretAccessKey', call),
    sessionToken: required(credentials.SessionToken, 'SessionToken', call),
    expiration: required(credentials.Expiration, 'Expiration', call),
  };
  maskCredentials(session, mask);
  return session;
}
