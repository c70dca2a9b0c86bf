/** A session of the workload's role, which can read probes. Its credentials never leave this module. */
import { isFailureOf } from '../../model/failure.ts';
import type { ReadResult, WorkloadSession } from '../../model/proof-ports.ts';
import { isAccessDenied } from '../client/aws-error.ts';
import { type AccessKeys, type AssumeContext, sendSigned } from './signed-request.ts';
import type { ServiceId } from './service-hosts.ts';

interface Probe {
  readonly service: ServiceId;
  readonly target: string;
  readonly body: object;
}

const MISSING = new Set(['ResourceNotFound', 'ParameterNotFound', 'ParameterVersionNotFound']);

/** Masks the credentials and keeps them inside. */
export function openSession(context: AssumeContext, keys: Required<AccessKeys>): WorkloadSession {
  for (const value of [keys.sessionToken, keys.secretAccessKey, keys.accessKeyId]) context.mask(value);
  return {
    readSecret: (SecretId) =>
      read(context, keys, {
        service: 'SECRETS_MANAGER',
        target: 'secretsmanager.GetSecretValue',
        body: { SecretId },
      }),
    readParameter: (Name) =>
      read(context, keys, {
        service: 'SSM',
        target: 'AmazonSSM.GetParameter',
        body: { Name, WithDecryption: true },
      }),
  };
}

/**
 * The value is discarded: only whether AWS gave it counts. AWS checks permissions before it looks for the name.
 * Throws only when the job is cancelled.
 */
async function read(
  context: AssumeContext,
  keys: AccessKeys,
  { service, target, body }: Probe,
): Promise<ReadResult> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  try {
    const answer = await sendSigned(context, { service, keys, path: '/', headers, body }, false);
    if (answer.error === '') return { kind: 'read' };
    const said = `${answer.error}: ${answer.message}`;
    if (MISSING.has(answer.error)) return { kind: 'missing', said };
    // Anything else says nothing of the permission: a proof that a read is refused must not rest on bad credentials or a proxy.
    return {
      kind: isAccessDenied({ name: answer.error, message: answer.message }) ? 'refused' : 'unanswered',
      said,
    };
  } catch (error) {
    if (isFailureOf(error, 'cancelled')) throw error;
    return { kind: 'unanswered', said: error instanceof Error ? error.message : String(error) };
  }
}
