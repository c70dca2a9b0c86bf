import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credentials as StsCredentials } from '@aws-sdk/client-sts';
import { decodeClaims } from '../../github/oidc.ts';
import type { IdTokenClaims } from '../../github/oidc.ts';
import type { SignIn } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { isNetwork, isServerFault, isThrottled, readAwsError } from '../client/aws-error.ts';
import type { Connection, Credentials } from '../client/clients.ts';
import { required } from '../client/request.ts';
import { retry, seconds } from '../client/retry.ts';
import type { Transient } from '../client/retry.ts';
import { explainRefusal, passingRefusal } from './denial.ts';

export interface WebIdentityDoors {
  readonly connection: Connection;
  /** Brings a fresh token of the job at each call. */
  readonly idToken: (audience: string) => Promise<string>;
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

/** The SDK asks five minutes before the end; a renewal comes a little earlier, so that it is not asked at every request. */
const RENEW_BEFORE_MS = 6 * 60_000;
/** Credentials that live this long still serve when a renewal fails. */
const STILL_GOOD_MS = 60_000;
const NEXT_RENEWAL_MS = 30_000;

/** Credentials of the role, renewed with a fresh token while the job runs. Every value is masked before it is handed on. */
export function webIdentityCredentials(
  config: SignIn & { readonly roleToAssume: string },
  doors: WebIdentityDoors,
): Credentials {
  const { clock, log } = doors;
  // Retries are made here, each with a fresh token, not by the SDK with the old one.
  const sts = new STSClient({ ...doors.connection, maxAttempts: 1 });
  let current: SessionCredentials | undefined;
  let renewAt = 0;
  let renewing: Promise<SessionCredentials> | undefined;

  const renew = async (): Promise<SessionCredentials> => {
    try {
      current = await assume(sts, config, doors);
      renewAt = current.expiration.getTime() - RENEW_BEFORE_MS;
    } catch (error) {
      const left = (current?.expiration.getTime() ?? 0) - clock.now();
      if (current === undefined || left < STILL_GOOD_MS || isCancelled(error)) throw error;
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

function isCancelled(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'cancelled';
}

async function assume(
  sts: STSClient,
  config: SignIn & { readonly roleToAssume: string },
  doors: WebIdentityDoors,
): Promise<SessionCredentials> {
  const { roleToAssume: roleArn, audience, durationSeconds } = config;
  let claims: IdTokenClaims | undefined;
  const attempt = async (): Promise<StsCredentials | undefined> => {
    const token = await doors.idToken(audience);
    claims = decodeClaims(token);
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn,
      RoleSessionName: config.sessionName,
      WebIdentityToken: token,
      DurationSeconds: durationSeconds,
    });
    return (await sts.send(command)).Credentials;
  };
  try {
    return keep(await retry(doors, passing, attempt), roleArn, doors.mask);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw explainRefusal(error, { roleArn, audience, durationSeconds, claims });
  }
}

/** Nothing else is worth a second attempt: the job's role is not made by this action, so no refusal is a matter of propagation. */
function passing(error: unknown): Transient | undefined {
  const refusal = passingRefusal(error);
  const read = readAwsError(error);
  if (refusal !== undefined || read === undefined) return refusal;
  if (isThrottled(read)) return { why: 'STS is busy', forMs: 60_000 };
  if (isNetwork(read)) return { why: 'STS was not reached', forMs: 30_000 };
  return isServerFault(read) ? { why: 'STS failed', forMs: 60_000 } : undefined;
}

function keep(
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
  maskAll(session, mask);
  return session;
}

/** Before anything can be logged. */
export function maskAll(
  credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  },
  mask: (value: string) => void,
): void {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  for (const value of [secretAccessKey, sessionToken, accessKeyId]) {
    if (value !== undefined && value !== '') mask(value);
  }
}
