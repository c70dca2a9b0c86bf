/** The IAM actions behind every method of the AWS ports: the permission files are made from this list. */
import type { FleetReader } from '../model/fleet.ts';
import type { AwsReader, AwsWriter } from '../model/ports.ts';
import type { RoleAssumer } from '../model/proof-ports.ts';

/**
 * What an action is authorised on; `*` where IAM has no narrower resource. `role` means the role's ARN with its path and
 * without it: calls name a role without its path, so IAM can't know the path of a role that does not exist (yet).
 * `any-role` means every role of the account. `any-cluster` means every cluster of the account, in every region. `marked-role` means a role of any name that carries this action's marks for the cluster.
 * `add-on` means its ARN, which ends in an id, and the path of the call, which EKS names for an add-on that isn't there:
 * https://github.com/terraform-aws-modules/terraform-aws-eks/issues/1725
 */
export type CallResource =
  | '*'
  | 'cluster'
  | 'any-cluster'
  | 'role'
  | 'any-role'
  | 'marked-role'
  | 'oidc-provider'
  | 'association'
  | 'add-on';

export interface IamCall {
  readonly action: string;
  readonly resource: CallResource;
  /** For `iam:PassRole`: the only service that may receive the role (condition key `iam:PassedToService`). */
  readonly passedTo?: 'pods.eks.amazonaws.com';
}

function on(resource: CallResource, ...actions: readonly string[]): IamCall[] {
  return actions.map((action) => ({ action, resource }));
}

function deleteRole(resource: CallResource): readonly IamCall[] {
  return on(
    resource,
    'iam:DeleteRolePolicy',
    'iam:DeleteRole',
    'iam:GetRole',
    'iam:ListRolePolicies',
    'iam:ListAttachedRolePolicies',
  );
}

const passRole: IamCall = { action: 'iam:PassRole', resource: 'role', passedTo: 'pods.eks.amazonaws.com' };

/**
 * The IAM actions by method.
 * Tags given at creation are authorised as an action of their own (`iam:TagRole`, `iam:TagOpenIDConnectProvider`,
 * `eks:TagResource`). Actions on one association are granted on the cluster too: EKS's authorisation table lists both.
 */
export const AWS_CALLS: Readonly<
  Record<keyof AwsReader | keyof AwsWriter | keyof RoleAssumer, readonly IamCall[]>
> = {
  // Needs no permission and can't be refused.
  caller: [],
  cluster: on('cluster', 'eks:DescribeCluster'),
  oidcProvider: on('oidc-provider', 'iam:GetOpenIDConnectProvider'),
  role: on(
    'role',
    'iam:GetRole',
    'iam:ListRolePolicies',
    'iam:GetRolePolicy',
    'iam:ListAttachedRolePolicies',
  ),
  trustPolicyQuota: on('*', 'iam:GetAccountSummary'),
  addOn: on('add-on', 'eks:DescribeAddon'),
  associations: [
    ...on('cluster', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'),
    ...on('association', 'eks:DescribePodIdentityAssociation'),
  ],
  otherRoles: [
    ...on('*', 'iam:ListRoles'),
    // The list has no tags.
    ...on('any-role', 'iam:GetRole'),
    ...on('marked-role', 'iam:ListRolePolicies', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies'),
  ],
  otherAssociations: [
    ...on('cluster', 'eks:ListPodIdentityAssociations', 'eks:DescribePodIdentityAssociation'),
    ...on('association', 'eks:DescribePodIdentityAssociation'),
  ],
  simulate: on('role', 'iam:SimulatePrincipalPolicy'),
  // The token is the credential.
  assumeWithWebIdentity: [],
  assumeForPodIdentity: on('cluster', 'eks-auth:AssumeRoleForPodIdentity'),
  // A provider that somebody else made since the plan is read and gets the missing audience.
  createOidcProvider: on(
    'oidc-provider',
    'iam:CreateOpenIDConnectProvider',
    'iam:TagOpenIDConnectProvider',
    'iam:GetOpenIDConnectProvider',
    'iam:AddClientIDToOpenIDConnectProvider',
  ),
  addAudience: on('oidc-provider', 'iam:AddClientIDToOpenIDConnectProvider'),
  deleteOidcProvider: on('oidc-provider', 'iam:DeleteOpenIDConnectProvider', 'iam:GetOpenIDConnectProvider'),
  createRole: on('role', 'iam:CreateRole', 'iam:TagRole', 'iam:GetRole'),
  // What is overwritten or deleted is read first: whether it is as planned on. The lists name the policies that keep a role
  // from being deleted.
  deleteRole: [...deleteRole('role'), ...deleteRole('marked-role')],
  tagRole: on('role', 'iam:TagRole', 'iam:GetRole'),
  putPermissionsBoundary: on('role', 'iam:PutRolePermissionsBoundary', 'iam:GetRole'),
  putTrustPolicy: on('role', 'iam:UpdateAssumeRolePolicy', 'iam:GetRole'),
  putInlinePolicy: on('role', 'iam:PutRolePolicy', 'iam:GetRolePolicy'),
  createAddOn: [...on('cluster', 'eks:CreateAddon'), ...on('add-on', 'eks:DescribeAddon')],
  createAssociation: [
    ...on(
      'cluster',
      'eks:CreatePodIdentityAssociation',
      'eks:ListPodIdentityAssociations',
      'eks:DescribePodIdentityAssociation',
    ),
    ...on('association', 'eks:DescribePodIdentityAssociation', 'eks:TagResource'),
    passRole,
    ...on('role', 'iam:GetRole'),
  ],
  updateAssociation: [
    ...on('cluster', 'eks:DescribePodIdentityAssociation', 'eks:UpdatePodIdentityAssociation'),
    ...on(
      'association',
      'eks:DescribePodIdentityAssociation',
      'eks:UpdatePodIdentityAssociation',
      'eks:TagResource',
    ),
    passRole,
    ...on('role', 'iam:GetRole'),
  ],
  deleteAssociation: [
    ...on(
      'cluster',
      'eks:DeletePodIdentityAssociation',
      'eks:ListPodIdentityAssociations',
      'eks:DescribePodIdentityAssociation',
    ),
    ...on('association', 'eks:DeletePodIdentityAssociation', 'eks:DescribePodIdentityAssociation'),
  ],
};

/** The IAM actions by method, of the search for clusters. */
export const FLEET_CALLS: Readonly<Record<keyof FleetReader, readonly IamCall[]>> = {
  clusterNames: on('*', 'eks:ListClusters'),
  describedCluster: on('any-cluster', 'eks:DescribeCluster'),
};
