/** Names of AWS things, put together from observed parts: the partition is never assumed. */
import type { Intent } from '../model/config.ts';
import type { Cluster } from '../model/world.ts';

/** The issuer without its scheme: the form of provider ARNs and condition keys (facts of IAM OIDC providers). */
export function issuerPath(issuer: string): string {
  return issuer.replace(/^https:\/\//, '').replace(/\/+$/, '');
}

export function providerArn(place: Pick<Cluster, 'partition' | 'account'>, issuer: string): string {
  return `arn:${place.partition}:iam::${place.account}:oidc-provider/${issuerPath(issuer)}`;
}

/** ARN of the workload's role: the given one, or that of the role this action makes. */
export function roleArn(intent: Intent, cluster: Cluster): string {
  if (intent.role.kind === 'referenced') return intent.role.arn;
  return `arn:${cluster.partition}:iam::${cluster.account}:role${intent.role.path}${intent.role.name}`;
}

/** The last part of a role's ARN: what IAM's calls take. */
export function roleNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** DNS suffixes of `kms:ViaService` values; China's services have been seen under both, and a spare value harms nothing. */
export function viaServiceSuffixes(partition: string): readonly [string, ...string[]] {
  switch (partition) {
    case 'aws-cn':
      return ['amazonaws.com', 'amazonaws.com.cn'];
    case 'aws-eusc':
      return ['amazonaws.eu'];
    case 'aws-iso':
      return ['c2s.ic.gov'];
    case 'aws-iso-b':
      return ['sc2s.sgov.gov'];
    default:
      return ['amazonaws.com'];
  }
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
