/** Explains why STS does not let the job assume its role. */
import { type Advice, Failure } from '../../model/failure.ts';
import { providerArn, roleNameOf } from '../../policy/arn.ts';
import { parseArn } from '../client/api-values.ts';
import { type AwsError, isAccessDenied, isIssuerUnread, isNamed, readAwsError } from '../client/aws-error.ts';
import { awsFailure, quote } from '../client/aws-failure.ts';
import { adviseOnDenial, deniedBy, type PolicyKind } from '../client/denied-by.ts';
import type { Transient } from '../client/retry.ts';
import type { IdTokenClaims } from '../../model/id-token.ts';
import { otherSubject, trustStatement } from './trust-advice.ts';

/** What was asked of STS. */
export interface AssumeRequest {
  readonly roleArn: string;
  readonly audience: string;
  readonly durationSeconds: number;
  /** The claims of the token in the last attempt. */
  readonly claims: IdTokenClaims | undefined;
}

/** The refusals after which another attempt may succeed. */
export function transientRefusal(error: unknown): Transient | undefined {
  const read = readAwsError(error);
  if (read !== undefined && isIssuerUnread(read)) {
    return { why: "AWS could not fetch GitHub's keys", forMs: 60_000 };
  }
  // A token lives five minutes; each attempt brings a fresh one.
  return isNamed(error, 'ExpiredToken') ? { why: "GitHub's token had expired", forMs: 15_000 } : undefined;
}

/** STS's refusal as a Failure that says what to set where. */
export function explainRefusal(error: unknown, asked: AssumeRequest): Failure {
  const { roleArn } = asked;
  const tried = `assume ${roleArn} with GitHub's OIDC token`;
  const read = readAwsError(error);
  const explained = read && explain(read, asked);
  if (explained !== undefined) {
    return new Failure(explained.reason, { tried, said: quote(error), next: explained.next, cause: error });
  }
  return awsFailure(error, { tried, action: 'sts:AssumeRoleWithWebIdentity', on: roleArn });
}

function explain(error: AwsError, asked: AssumeRequest): Advice | undefined {
  if (isAccessDenied(error)) return denied(adviseOnRefusal(error.message, asked));
  if (isIssuerUnread(error)) {
    return denied(
      `AWS could not fetch the keys of ${issuer(asked)} to verify the token. That passes as a rule: run again. If it lasts, the issuer must be reachable from the internet (GitHub Enterprise Server).`,
    );
  }
  switch (error.name) {
    case 'InvalidIdentityToken':
      return denied(adviseOnProvider(error.message, asked));
    case 'IDPRejectedClaim':
    case 'ExpiredToken':
      return denied(`${theToken(asked)}\nAWS does not take this token. Run again.`);
    case 'ValidationError':
      return { reason: 'invalid-input', next: adviseOnValue(error.message, asked) };
    default:
      return undefined;
  }
}

function denied(next: string): Advice {
  return { reason: 'sign-in-denied', next };
}

function issuer({ claims }: AssumeRequest): string {
  return claims?.iss ?? "GitHub's OIDC issuer";
}

function theToken({ claims }: AssumeRequest): string {
  if (claims === undefined) return 'The token of this job could not be read.';
  return `The token of this job says:\n  sub: ${claims.sub}\n  aud: ${claims.aud}\n  iss: ${claims.iss}`;
}

const OUTSIDE_THE_ROLE: ReadonlySet<PolicyKind> = new Set<PolicyKind>([
  'service control policy',
  'resource control policy',
  'VPC endpoint policy',
]);

/** A refusal as such is the trust policy's, unless AWS names a policy that stands before the role. */
function adviseOnRefusal(message: string, asked: AssumeRequest): string {
  const kind = deniedBy(message)?.kind;
  if (kind === undefined || !OUTSIDE_THE_ROLE.has(kind)) return adviseOnTrust(asked);
  return adviseOnDenial(message, { action: 'sts:AssumeRoleWithWebIdentity', on: asked.roleArn });
}

function adviseOnTrust(asked: AssumeRequest): string {
  const { claims, roleArn } = asked;
  const lines = [theToken(asked)];
  if (claims === undefined)
    lines.push(
      `Check that ${roleArn} exists, and that its trust policy admits this repository: docs/permissions.md.`,
    );
  else {
    lines.push(
      `The trust policy of ${roleArn} does not admit this token, or there is no such role. This statement would admit exactly this job:`,
      JSON.stringify(trustStatement(roleArn, claims), null, 2),
      `It belongs into the list \`Statement\` of that policy: in the console of IAM the role's tab "Trust relationships", or \`aws iam update-assume-role-policy --role-name ${roleNameOf(roleArn)} --policy-document file://trust.json\` with the whole policy.`,
      ...otherSubject(claims),
    );
  }
  return lines.join('\n');
}

function adviseOnProvider(message: string, asked: AssumeRequest): string {
  const { claims, roleArn, audience } = asked;
  const url = claims?.iss ?? 'https://token.actions.githubusercontent.com';
  const place = parseArn(roleArn);
  const arn = providerArn(place, url);
  if (/audience/i.test(message)) {
    return `${theToken(asked)}\nThe identity provider ${arn} does not list this audience. Add it there (\`aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${audience}\`), or set \`audience\` to one that the provider lists.`;
  }
  if (/no openidconnect provider found/i.test(message)) {
    return `${theToken(asked)}\nAccount ${place.account} has no identity provider ${arn}. Create it once: \`aws iam create-open-id-connect-provider --url ${url} --client-id-list ${audience}\``;
  }
  return `${theToken(asked)}\nAWS does not take this token. Check the identity provider ${arn}: its URL, its audiences and, if it was made long ago, its thumbprint.`;
}

function adviseOnValue(message: string, { roleArn, durationSeconds }: AssumeRequest): string {
  if (/DurationSeconds|MaxSessionDuration/i.test(message)) {
    return `\`role-duration\` asks for ${durationSeconds} s, more than the maximum session duration of ${roleArn}. Ask for less, or raise it on the role (one hour by default, twelve at most).`;
  }
  return `Check \`role-to-assume\` (${roleArn}) and \`role-session-name\`: AWS does not take one of them.`;
}
