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

/** A policy as IAM returns it: URL-encoded JSON (RFC 3986); a single statement may be without a list. Throws `internal`. */
export function readPolicyDocument(encoded: string, call: Call): PolicyDocument {
  try {
    return document.parse(JSON.parse(decodeURIComponent(encoded)));
  } catch (error) {
    throw awsFailure(new Error(`the policy document can't be read: ${String(error)}`), call);
  }
}
