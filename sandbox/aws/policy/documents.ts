/** Policy documents: what IAM refuses when one is written, and its texts. */
import { validateIdentityPolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';

const statementSchema = z.looseObject({
  Effect: z.string(),
  Action: z.unknown().optional(),
  Principal: z.unknown().optional(),
  Resource: z.unknown().optional(),
  NotResource: z.unknown().optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
const documentSchema = z.object({ Statement: z.union([z.array(statementSchema), statementSchema]) });

export type Statement = z.output<typeof statementSchema>;

/** Characters that count against a quota: all but white space. */
export function policyLength(document: string): number {
  return document.replace(/\s/g, '').length;
}

export function asList(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((item) => typeof item === 'string');
}

const malformed = (message: string): ServiceError =>
  new ServiceError('MalformedPolicyDocument', message, 400);

/** The statements of a document that is known to be sound. */
export function statementsOf(document: string): Statement[] {
  const { Statement: statements } = documentSchema.parse(JSON.parse(document));
  return Array.isArray(statements) ? statements : [statements];
}

function parseDocument(document: string): unknown {
  try {
    const value: unknown = JSON.parse(document);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  throw malformed('Syntax errors in policy.');
}

/** A label names one statement. */
function checkLabels(document: string): void {
  const labels = statementsOf(document).flatMap(({ Sid }) => (typeof Sid === 'string' ? [Sid] : []));
  if (new Set(labels).size < labels.length)
    throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

/** Refuses what IAM refuses as a permission policy. Throws MalformedPolicyDocument. */
export function checkPermissionPolicy(document: string): void {
  const [problem] = validateIdentityPolicy(parseDocument(document));
  if (problem !== undefined) throw malformed(`Syntax errors in policy: ${problem.message} (${problem.path})`);
  checkLabels(document);
}

/**
 * Refuses what IAM refuses as a trust policy. `principalExists` says whether an AWS principal of the account is there.
 * Throws MalformedPolicyDocument with IAM's texts.
 */
export function checkTrustPolicy(document: string, principalExists: (arn: string) => boolean): void {
  const value = parseDocument(document);
  const [problem] = validateTrustPolicy(value);
  if (problem?.message.includes('Resource')) throw malformed('Has prohibited field Resource');
  if (problem !== undefined) throw malformed(`Syntax errors in policy: ${problem.message} (${problem.path})`);
  checkLabels(document);
  for (const statement of statementsOf(document)) checkPrincipals(statement, principalExists);
}

const federated =
  /^(arn:aws[a-z-]*:iam::\d{12}:(oidc-provider|saml-provider)\/\S+|[a-z0-9-]+(\.[a-z0-9-]+)+)$/;

function checkPrincipals(statement: Statement, principalExists: (arn: string) => boolean): void {
  for (const action of asList(statement.Action)) {
    if (action !== '*' && !/^sts:/i.test(action)) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
  }
  const { Principal: principal } = statement;
  if (typeof principal !== 'object' || principal === null) return;
  for (const [kind, value] of Object.entries(principal)) {
    for (const name of asList(value)) {
      if (kind === 'Federated' && !federated.test(name)) {
        throw malformed('Federated principals must be valid domain names or SAML metadata ARNs');
      }
      if (kind === 'Service' && !/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)) {
        throw malformed(`Invalid principal in policy: "SERVICE":"${name}"`);
      }
      if (kind === 'AWS' && !principalExists(name))
        throw malformed(`Invalid principal in policy: "AWS":"${name}"`);
    }
  }
}
