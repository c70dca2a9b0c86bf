/** The parts of an ARN that messages and records are made of; empty where an ARN has none. */
export interface ArnParts {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

export function parseArn(arn: string): ArnParts {
  const [, partition = '', , region = '', account = ''] = arn.split(':');
  return { partition, region, account };
}

/** The ARN of the identity provider for an issuer, in the account of a role. */
export function providerArnFor(roleArn: string, issuerUrl: string): string {
  const { partition, account } = parseArn(roleArn);
  return `arn:${partition}:iam::${account}:oidc-provider/${withoutScheme(issuerUrl)}`;
}

/** IAM names an issuer by host and path. */
export function withoutScheme(url: string): string {
  return url.replace(/^https:\/\//, '');
}
