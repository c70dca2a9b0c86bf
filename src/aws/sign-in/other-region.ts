/** Tells bad credentials from good ones that a region does not take: AWS has one error for both. */
import { STSClient } from '@aws-sdk/client-sts';
import { Failure } from '../../model/failure.ts';
import { isNamed } from '../client/aws-error.ts';
import { OPT_IN } from '../client/aws-codes.ts';
import { quote } from '../client/aws-failure.ts';
import type { Connection, CredentialProvider } from '../client/clients.ts';
import { askCaller, CALLER } from '../read/caller.ts';

/** A region of the partition that is enabled in every account. */
function homeRegion(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}

/**
 * The Failure (`invalid-input`) when the credentials that STS in the job's region does not know are good elsewhere; undefined for
 * every other error, and when they are good nowhere. Asks once, without a retry: it is only for the text.
 */
export async function explainUnknownHere(
  error: unknown,
  connection: Connection,
  credentials: CredentialProvider,
): Promise<Failure | undefined> {
  const { region } = connection;
  const home = homeRegion(region);
  if (region === home || !isNamed(error, 'InvalidClientTokenId', 'UnrecognizedClient')) return undefined;
  try {
    await askCaller(new STSClient({ ...connection, region: home, credentials, maxAttempts: 1 }));
  } catch {
    return undefined;
  }
  return new Failure('invalid-input', {
    tried: `${CALLER.tried}, in ${region}`,
    said: `${quote(error)}; STS in ${home} takes the same credentials`,
    next: `The credentials are good, but not in ${region}: ${OPT_IN.replace('REGION', region)}`,
    cause: error,
  });
}
