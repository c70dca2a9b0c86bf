/** Names of AWS things, put together from observed parts: the partition is never assumed. */

/** A name that nothing in AWS or Kubernetes has: what fits it fits others too. */
export const UNRELATED_NAME = 'spaces-workload-identity-check';

/** The issuer without its scheme: the form of provider ARNs and condition keys (IAM OIDC providers). */
export function issuerPath(issuer: string): string {
  return issuer.replace(/^https:\/\//, '').replace(/\/+$/, '');
}

/** ARN of an issuer's OIDC provider in an account. */
export function providerArn(
  { partition, account }: { readonly partition: string; readonly account: string },
  issuer: string,
): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${issuerPath(issuer)}`;
}

/** The last part of a role's ARN: what IAM's calls take. */
export function roleNameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The account in an ARN; empty where it names none. */
export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}
