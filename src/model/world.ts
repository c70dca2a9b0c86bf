/** All that was observed, in our own words: typed records, never raw responses of the other side. */
import type { AnnotatedAccount, Host } from './host.ts';
import type { Json } from './json.ts';
import type { LeftBehind } from './left-behind.ts';
import type { PolicyDocument } from './policy.ts';
import type { Target } from './target.ts';

export type Tags = Readonly<Record<string, string>>;

export interface Caller {
  readonly account: string;
  readonly arn: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … taken from the caller's ARN. */
  readonly partition: string;
}

export interface Cluster {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** Kubernetes minor, e.g. `1.35`. */
  readonly version: string;
  /** As EKS says: `ACTIVE`, `CREATING`, `UPDATING`, `DELETING`, `FAILED`, `PENDING`. */
  readonly status: string;
  /** What EKS holds against it, in its words. */
  readonly healthIssues?: readonly string[];
  /** It runs elsewhere and is only registered with EKS. */
  readonly registeredOnly?: true;
  /** Who gets in by what: `API` (access entries), `CONFIG_MAP` (`aws-auth`) or both, `API_AND_CONFIG_MAP`. */
  readonly authenticationMode?: string;
  /** Empty while EKS makes the cluster. */
  readonly endpoint: string;
  /** PEM. */
  readonly certificateAuthority: string;
  /** The OIDC issuer's URL; absent on local clusters and while one is being created. */
  readonly issuer?: string;
  readonly autoMode: boolean;
  readonly publicAccess: boolean;
  readonly publicAccessCidrs: readonly string[];
}

export interface OidcProvider {
  readonly arn: string;
  readonly audiences: readonly string[];
  readonly tags: Tags;
}

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly path: string;
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
  readonly trustPolicy: PolicyDocument;
  /** By name. */
  readonly inlinePolicies: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of attached managed policies. */
  readonly attachedPolicies: readonly string[];
  /** Milliseconds since the epoch: sessions of a role of the same name from before are worth nothing with this one. */
  readonly createdAt?: number;
}

/** What serves EKS Pod Identity on the nodes. `none`: nothing. `unknown`: nothing found, and the add-on may not be looked at. */
export type AgentProvider = 'add-on' | 'auto-mode' | 'daemon-set' | 'none' | 'unknown';

export interface Agent {
  readonly provider: AgentProvider;
  /** The add-on's status and version, when there is an add-on. */
  readonly addOnStatus?: string;
  readonly addOnVersion?: string;
  readonly issues: readonly string[];
  /** Why it is not known whether there is an add-on. */
  readonly unread?: string;
  /** The DaemonSet's numbers, when there is one. */
  readonly desired?: number;
  readonly ready?: number;
}

export interface Association {
  readonly id: string;
  readonly arn: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  /** The role that EKS goes on to with `roleArn`, for the pods. */
  readonly targetRoleArn?: string;
  /** What EKS names to the target role, whose trust policy can ask for it. No secret, and another one for each association. */
  readonly externalId?: string;
  readonly disableSessionTags: boolean;
  /** The session policy that this action has put on it. */
  readonly sessionPolicy?: PolicyDocument;
  /** Somebody else's session policy narrows the role. */
  readonly hasPolicy: boolean;
  /** The add-on that owns it: never touched. */
  readonly ownerArn?: string;
  readonly tags: Tags;
  /** Milliseconds since the epoch, as `modifiedAt`: the same where it has not been changed since. */
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export type Manager = 'helm' | 'argo-cd' | 'flux' | 'unknown';

export interface Space {
  readonly manager: Manager;
  /** What gave the manager away, in words. */
  readonly managerEvidence: string;
  /** Why it is not known whether a HelmRelease of Flux owns the release. */
  readonly fluxUnread?: string;
}

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Helm's word: `deployed`, `failed`, `pending-upgrade`, … of the last revision. */
  readonly status: string;
  readonly revision: number;
  /** The revision that an upgrade builds on: the deployed one, when it is not the last. */
  readonly deployedRevision: number;
  /** The last revision is an upgrade that a run of this action has begun. `isOver`: it has ended by now, without being deployed. */
  readonly begun?: { readonly untilMs: number; readonly isOver: boolean };
  /** Chart defaults and user values, merged, of the deployed revision. */
  readonly values: { readonly [key: string]: Json };
}

/** `unreadable`: the job may not read Helm's records; only Pod Identity can do without. */
export type ReleaseView =
  | { readonly kind: 'found'; readonly release: Release }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string; readonly next: string };

/** What IAM has of the workload's identity. */
export interface Iam {
  readonly provider?: OidcProvider;
  /** The role of the target's name, which may turn out to be another one (path, account). */
  readonly role?: Role;
  /** Largest trust policy in characters, white space not counted; the account's own figure when it can be read. */
  readonly trustPolicyQuota: number;
  readonly trustPolicyQuotaKnown: boolean;
}

/** Whether the cluster that was looked at is the EKS cluster of that name; the `why` is a clause for people. */
export type SameCluster =
  | { readonly kind: 'same' }
  | { readonly kind: 'other' | 'unknown'; readonly why: string };

export interface World {
  readonly caller: Caller;
  readonly cluster: Cluster;
  readonly target: Target;
  readonly space: Space;
  /** In doubt only with a kubeconfig of the user's. */
  readonly sameCluster: SameCluster;
  /** When it was looked at, in milliseconds since the epoch, by the runner's clock. */
  readonly seenAt: number;
  /** Whether the Space has any control plane; with namespaces named outright, whether any host namespace exists. */
  readonly listsControlPlanes: boolean;
  readonly iam: Iam;
  readonly agent: Agent;
  /** Every service account that carries a role; absent when they were not looked at. */
  readonly annotatedAccounts?: readonly AnnotatedAccount[];
  /** Absent when it was not looked for. */
  readonly leftBehind?: LeftBehind;
  readonly release: ReleaseView;
  /** Every control plane, and every namespace with something of the service account's; by namespace. */
  readonly hosts: readonly Host[];
  /** The hosts that this run is about, served or not ready, sorted by group and name. */
  readonly selected: readonly Host[];
  /** The selected hosts whose host namespace is known, sorted by namespace: trust and associations can be made for these. */
  readonly placed: readonly Host[];
}
