/** Every operation of a change, complete: carrying it out needs no second look at the world. */
import type { Identity } from './config.ts';
import type { Json } from './json.ts';
import type { PolicyDocument } from './policy.ts';
import type { Association, OidcProvider, Tags } from './world.ts';

export interface CreateOidcProvider {
  readonly op: 'create-oidc-provider';
  readonly arn: string;
  readonly url: string;
  readonly audiences: readonly string[];
  readonly tags: Tags;
}

export interface AddAudience {
  readonly op: 'add-audience';
  readonly providerArn: string;
  readonly audience: string;
}

export interface DeleteOidcProvider {
  readonly op: 'delete-oidc-provider';
  readonly providerArn: string;
  /** Service accounts that carry one of these don't rest on it any more. */
  readonly ownRoles: readonly string[];
  /** As it was when the plan was made: an audience that somebody added since shows that somebody else uses the provider. */
  readonly replaces: Pick<OidcProvider, 'audiences' | 'tags'>;
}

/** IAM makes no role without its trust policy. */
export interface CreateRole {
  readonly op: 'create-role';
  readonly name: string;
  readonly path: string;
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
  readonly trustPolicy: PolicyDocument;
}

export interface DeleteRole {
  readonly op: 'delete-role';
  readonly roleName: string;
  /** As they were when the plan was made: a mark that is gone since shows that somebody else has taken the role over. */
  readonly tags: Tags;
  /** As it was when the plan was made: a principal that was added since may use the role. */
  readonly trustPolicy: PolicyDocument;
}

export interface TagRole {
  readonly op: 'tag-role';
  readonly roleName: string;
  readonly tags: Tags;
  /** All tags as planned on: another cluster's run may have taken the role over since. */
  readonly replaces: Tags;
}

export interface PutPermissionsBoundary {
  readonly op: 'put-permissions-boundary';
  readonly roleName: string;
  readonly permissionsBoundary: string;
  /** What the plan was made from; `null`: there was none. */
  readonly replaces: string | null;
}

export interface PutTrustPolicy {
  readonly op: 'put-trust-policy';
  readonly roleName: string;
  readonly document: PolicyDocument;
  /** The document that the plan was made from; one that was changed since is not overwritten. */
  readonly replaces: PolicyDocument;
}

/** Only after the restarts, since running pods still rest on what it takes away. */
export interface NarrowTrustPolicy extends Omit<PutTrustPolicy, 'op'> {
  readonly op: 'narrow-trust-policy';
}

export type TrustPolicyWrite = PutTrustPolicy | NarrowTrustPolicy;

export interface PutInlinePolicy {
  readonly op: 'put-inline-policy';
  readonly roleName: string;
  readonly policyName: string;
  readonly document: PolicyDocument;
  /** What the plan was made from; `null`: there was none. */
  readonly replaces: PolicyDocument | null;
}

/** Only after the restarts, since running pods still read by what it takes away. */
export interface NarrowInlinePolicy extends Omit<PutInlinePolicy, 'op'> {
  readonly op: 'narrow-inline-policy';
}

export type InlinePolicyWrite = PutInlinePolicy | NarrowInlinePolicy;

export interface CreateAddOn {
  readonly op: 'create-add-on';
  readonly clusterName: string;
  readonly addOn: string;
}

export interface AssociationKey {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

export interface CreateAssociation extends AssociationKey {
  readonly op: 'create-association';
  readonly roleArn: string;
  readonly targetRoleArn?: string;
  /** Goes with session tags off (EKS API reference). */
  readonly sessionPolicy?: PolicyDocument;
  readonly tags: Tags;
}

/** An association as it was when the plan was made: whose it was, and what it gave. */
export type PlannedAssociation = Pick<Association, 'roleArn' | 'targetRoleArn' | 'sessionPolicy' | 'tags'>;

export interface UpdateAssociation extends AssociationKey {
  readonly op: 'update-association';
  readonly associationId: string;
  readonly associationArn: string;
  readonly roleArn: string;
  /** The desired one; absent: none. */
  readonly targetRoleArn?: string;
  /** The desired one; absent: none of this action's. */
  readonly sessionPolicy?: PolicyDocument;
  /** The desired setting: a session policy needs session tags switched off. */
  readonly disableSessionTags: boolean;
  readonly tags: Tags;
  readonly replaces: PlannedAssociation;
}

export interface DeleteAssociation extends AssociationKey {
  readonly op: 'delete-association';
  readonly associationId: string;
  readonly replaces: PlannedAssociation;
}

/** An upgrade of this action has come to no good end: the release is upgraded anew, with the values that the plan goes by. */
export interface UpgradeAnew {
  readonly op: 'upgrade-anew';
  /** The one that was begun. */
  readonly revision: number;
  /** The version that the plan was made for. */
  readonly deployedVersion: string;
}

/** One leaf of the chart's values. All of a plan are written by one upgrade of the release. */
export interface SetValue {
  readonly op: 'set-value';
  readonly path: readonly string[];
  /** `null` takes the key out. */
  readonly value: Json;
  /** The version that the plan was made for; empty when there is no release to upgrade. */
  readonly deployedVersion: string;
}

export interface AwaitAnnotation {
  readonly op: 'await-annotation';
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the annotation must be, or must no longer be, whatever else it is then. */
  readonly until: { readonly is: string } | { readonly isNoneOf: readonly string[] };
}

export interface Restart {
  readonly op: 'restart';
  readonly namespace: string;
  readonly deployment: string;
  readonly serviceAccount: string;
  readonly expect: PodExpectation;
}

/** What every new pod must carry: the role by this mechanism and nothing else; or the role no longer. */
export type PodExpectation =
  | { readonly kind: 'with-role'; readonly identity: Identity; readonly roleArn: string }
  | {
      readonly kind: 'without-role';
      readonly roleArns: readonly string[];
      /** Someone else's association stays, and with it their Pod Identity. */
      readonly othersAssociation: boolean;
    };

/** A control plane that is not ready yet: it is served by a second pass once it is. */
export interface AwaitControlPlane {
  readonly op: 'await-control-plane';
  readonly controlPlane: string;
}

/** Seen, not ours: reported, never written. */
export interface WriteNothing {
  readonly op: 'none';
}

export type Write =
  | CreateOidcProvider
  | AddAudience
  | DeleteOidcProvider
  | CreateRole
  | DeleteRole
  | TagRole
  | PutPermissionsBoundary
  | PutTrustPolicy
  | NarrowTrustPolicy
  | PutInlinePolicy
  | NarrowInlinePolicy
  | CreateAddOn
  | CreateAssociation
  | UpdateAssociation
  | DeleteAssociation
  | SetValue
  | UpgradeAnew
  | AwaitAnnotation
  | Restart
  | AwaitControlPlane
  | WriteNothing;

export type Operation = Write['op'];
