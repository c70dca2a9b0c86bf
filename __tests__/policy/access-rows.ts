/** Access policies in brief, and what they say to the read of a secret and of a parameter. */
import { readPolicyDocument } from '../../src/aws/read/policy-document.ts';
import { requestContext } from '../../src/desired/request-context.ts';
import type { Json } from '../../src/model/json.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { intent } from '../support/factories.ts';
import { ACCOUNT } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';
import { READ, SECRET } from './known-request.ts';

const { target } = placeOf(intent());
export const PARAMETER = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/prod/db`;
export const allow = (Action: Json, Resource: Json, more: { readonly [key: string]: Json } = {}): Json => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (more: { readonly [key: string]: Json }): Json => ({
  Effect: 'Deny',
  Action: '*',
  Resource: '*',
  ...more,
});
export const of = (...Statement: readonly Json[]): Json => ({ Version: '2012-10-17', Statement });
export const all = allow('*', '*');
export const yes = 'allowed';
export const no = 'implicit-deny';
export const denied = 'explicit-deny';
export const un = 'unknown';

export type Row = readonly [source: string, document: Json, secret: string, parameter: string];

/** Decisions about the secret and the parameter, of a document as IAM returns it. */
export function decisionsOf(document: Json): readonly string[] {
  const call = { tried: 'read', action: 'iam:GetRolePolicy', on: 'role' };
  const read = readPolicyDocument(encodeURIComponent(JSON.stringify(document)), call);
  const decide = (action: string, resource: string): string => {
    const held = Object.entries(requestContext(resource, target));
    const values = new Map(held.map(([key, value]) => [key.toLowerCase(), [value]]));
    return evaluate([read], { action, resource, context: { values, isAbsent: () => false } }).decision;
  };
  return [decide(READ, SECRET), decide('ssm:GetParameter', PARAMETER)];
}
