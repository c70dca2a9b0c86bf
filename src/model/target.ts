/** The AWS side of a run, resolved once: nobody puts these names together again. */

export interface Target {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** The account of the cluster. */
  readonly account: string;
  readonly region: string;
  readonly clusterName: string;
  readonly clusterArn: string;
  /** The cluster's OIDC issuer, a URL; empty when it has none. */
  readonly issuer: string;
  /** The workload's role. */
  readonly roleArn: string;
  readonly roleName: string;
  readonly roleAccount: string;
  /** The role is in another account than the cluster: it can't be read from here. */
  readonly roleElsewhere: boolean;
  /** The issuer's OIDC provider in the cluster's account; empty without an issuer. */
  readonly providerArn: string;
  /** The issuer's OIDC provider in the role's account: the one that the role trusts by IRSA. Empty without an issuer. */
  readonly trustedProviderArn: string;
}
