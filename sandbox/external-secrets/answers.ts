/** Answers and errors of AWS as the SDK for Go gives them to External Secrets. */
import { z } from 'zod';
import type { Credentials } from '../aws/eks-auth/agent-call.ts';

const credentialsSchema = z.object({
  AccessKeyId: z.string(),
  SecretAccessKey: z.string(),
  SessionToken: z.string(),
});

/** The credentials in an answer of STS. */
export function credentialsOf(answer: unknown): Credentials {
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentialsSchema.parse(answer);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Waits for a call; its error comes as `operation error STS: AssumeRole, api error AccessDenied: ...`. */
export async function asked<T>(operation: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const [code, text] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
    throw new Error(`operation error ${operation}, api error ${code}: ${text}`, { cause: error });
  }
}
