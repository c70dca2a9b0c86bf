/** Roles, users, policies and OIDC providers as IAM keeps them. */
export type Tags = Record<string, string>;

/** A role as it stands. Never changed in place: each change writes a new one, so that readers can lag behind. */
export interface Role {
  readonly roleName: string;
  readonly path: string;
  readonly arn: string;
  readonly roleId: string;
  readonly createdAt: number;
  readonly description?: string;
  readonly maxSessionDuration: number;
  /** Trust policy, the JSON text as given. */
  readonly trustPolicy: string;
  /** ARN of the policy that bounds it. */
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
  /** Inline policies: JSON text by name. */
  readonly inlinePolicies: Record<string, string>;
  /** ARNs of attached policies. */
  readonly attachedPolicies: string[];
}

export interface ManagedPolicy {
  readonly policyName: string;
  readonly path: string;
  readonly arn: string;
  readonly policyId: string;
  readonly document: string;
  readonly createdAt: number;
  readonly tags: Tags;
}

export interface OidcProvider {
  readonly arn: string;
  /** Host and path, without the scheme. */
  readonly url: string;
  readonly clientIds: string[];
  readonly thumbprints: string[];
  readonly createdAt: number;
  readonly tags: Tags;
}

export interface User {
  readonly userName: string;
  readonly arn: string;
  readonly userId: string;
  readonly inlinePolicies: Record<string, string>;
  readonly attachedPolicies: string[];
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
}

/** A policy given by hand: JSON text, or the document itself. */
export type Document = string | object;

export function documentText(document: Document): string {
  return typeof document === 'string' ? document : JSON.stringify(document);
}
