/** Parses the policy documents that IAM returns. */
import { z } from 'zod';
import type { PolicyDocument } from '../../model/policy.ts';
import { awsFailure, type Call } from '../client/aws-failure.ts';

const oneOrMany = z.union([z.string(), z.array(z.string())]);
/** IAM accepts booleans and numbers as condition values and returns them as they were written. */
const conditionValue = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const conditionValues = z.union([conditionValue, z.array(conditionValue)]);
const principal = z.union([z.literal('*'), z.record(z.string(), oneOrMany)]);

const statement = z.object({
  Sid: z.string().exactOptional(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: principal.exactOptional(),
  NotPrincipal: principal.exactOptional(),
  Action: oneOrMany.exactOptional(),
  NotAction: oneOrMany.exactOptional(),
  Resource: oneOrMany.exactOptional(),
  NotResource: oneOrMany.exactOptional(),
  Condition: z.record(z.string(), z.record(z.string(), conditionValues)).exactOptional(),
});

const document = z.object({
  Version: z.string().exactOptional(),
  Id: z.string().exactOptional(),
  Statement: z.union([statement.transform((only) => [only]), z.array(statement)]),
});

/**
 * The JSON of a policy as IAM returns it: URL-encoded (RFC 3986, where a plus sign is `%2B`). What stands in for IAM writes a blank
 * as a plus sign, as forms do, or does not encode at all. Text that is none of these comes back as it is.
 */
export function decodePolicy(text: string): string {
  if (/^\s*\{/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text;
  }
}

/** A policy as IAM returns it; a single statement may be without a list. Throws `internal`. */
export function readPolicyDocument(encoded: string, call: Call): PolicyDocument {
  try {
    return document.parse(JSON.parse(decodePolicy(encoded)));
  } catch (error) {
    throw awsFailure(new Error(`the policy document can't be read: ${String(error)}`), call);
  }
}
