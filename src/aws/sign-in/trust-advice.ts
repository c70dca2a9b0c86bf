/** The trust policy that would let the job assume its role. */
import type { Statement } from '../../model/policy.ts';
import { issuerPath, providerArn } from '../../policy/arn.ts';
import { parseArn } from '../client/api-values.ts';
import type { IdTokenClaims } from '../../model/id-token.ts';

/** The trust statement that allows exactly the job with this token. */
export function trustStatement(roleArn: string, claims: IdTokenClaims): Statement {
  const issuer = issuerPath(claims.iss);
  return {
    Effect: 'Allow',
    Principal: { Federated: providerArn(parseArn(roleArn), claims.iss) },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:aud`]: claims.aud, [`${issuer}:sub`]: claims.sub } },
  };
}

const WITH_IDS = /^repo:([^/@]+)@\d+\/([^:@]+)@\d+:/;
const WITHOUT_IDS = /^repo:([^/@]+)\/([^:@]+):/;

/**
 * Hints about the other form of the subject, for messages. GitHub writes it in two forms: with the ids of owner and
 * repository for repositories created, renamed or moved since 15 July 2026 and those that opted in, and without them for the
 * others (changelog of 23 April 2026).
 */
export function otherSubject(claims: IdTokenClaims): string[] {
  const { sub, repository_id: repository, repository_owner_id: owner } = claims;
  if (WITH_IDS.test(sub)) {
    const old = sub.replace(WITH_IDS, 'repo:$1/$2:');
    return [
      `This repository's subject carries the ids of owner and repository. A trust policy written for the older form, ${old}, does not match it.`,
    ];
  }
  if (WITHOUT_IDS.test(sub)) {
    const ids = sub.replace(WITHOUT_IDS, `repo:$1@${owner ?? 'OWNER_ID'}/$2@${repository ?? 'REPO_ID'}:`);
    return [
      `This repository's subject is of the form without ids. A trust policy written for the newer form, ${ids}, does not match it yet; GitHub uses that form for repositories made since 15 July 2026 and those that opt in.`,
    ];
  }
  return [
    'The organisation or repository has its own template for the subject: copy the one above as it is.',
  ];
}
