/** What both mechanisms share in assuming the role. */
import type { PrincipalResult } from '../model/mechanism.ts';
import type { Assumed, TokenAnswer } from '../model/proof-ports.ts';
import { accountOf, roleNameOf } from '../policy/arn.ts';

/** `arn:P:sts::A:assumed-role/NAME/SESSION`: a session's ARN leaves out the role's path. */
export function wrongRole({ assumedRole }: Assumed, roleArn: string): string | undefined {
  const [, name] = (assumedRole.split(':')[5] ?? '').split('/');
  const isSame = accountOf(assumedRole) === accountOf(roleArn) && name === roleNameOf(roleArn);
  return isSame ? undefined : `assumed ${assumedRole}, not ${roleArn}`;
}

/** The result of an attempt for which no token could be had. */
export function withoutToken({
  kind,
  why,
}: Exclude<TokenAnswer, { readonly kind: 'token' }>): PrincipalResult {
  return { kind: kind === 'absent' ? 'absent' : 'no-token', why };
}
