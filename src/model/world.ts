/** All that was observed, in our own words: typed records, never raw responses of the other side. */
import type { Json } from './json.ts';
import type { PolicyDocument } from './policy.ts';

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
  readonly status: string;
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
}

/** What serves EKS Pod Identity on the nodes. `none`: nothing found. */
export type AgentProvider = 'add-on' | 'auto-mode' | 'daemon-set' | 'none';

export interface Agent {
  readonly provider: AgentProvider;
  /** The add-on's status and version, when there is an add-on. */
  readonly addOnStatus?: string;
  readonly addOnVersion?: string;
  readonly issues: readonly string[];
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
  readonly targetRoleArn?: string;
  readonly disableSessionTags: boolean;
  /** A session policy that narrows the role, when one is set. */
  readonly hasPolicy: boolean;
  /** The add-on that owns it: never touched. */
  readonly ownerArn?: string;
  readonly tags: Tags;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface ControlPlane {
  /** Empty for a namespace named outright. */
  readonly group: string;
  readonly name: string;
  readonly id?: string;
  /** The host namespace, once it is known. */
  readonly namespace?: string;
  readonly selected: boolean;
  readonly deleting: boolean;
  /** Why it can't be served yet, in words; absent when it can. */
  readonly notReady?: string;
}

export interface ControllerDeployment {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly updatedReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly paused: boolean;
  /** The `Progressing` condition's reason, e.g. `ProgressDeadlineExceeded`. */
  readonly progressReason?: string;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** What a pod carries of each mechanism, read from its own spec (injected by EKS's webhook at creation). */
export interface ControllerPod {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly phase: string;
  readonly ready: boolean;
  readonly deleting: boolean;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly irsaRoleArn?: string;
  readonly irsaAudience?: string;
  readonly podIdentity: boolean;
  readonly podIdentityAudience?: string;
  readonly nodeName?: string;
  /** The ReplicaSet that made it. */
  readonly replicaSet?: string;
}

export interface ServiceAccount {
  readonly namespace: string;
  /** The value of `eks.amazonaws.com/role-arn`. */
  readonly roleArn?: string;
}

export interface Namespace {
  readonly name: string;
  /** From the internal labels of host namespaces. */
  readonly controlPlaneGroup?: string;
  readonly controlPlaneName?: string;
}

/** How a store authenticates to AWS (facts of External Secrets' AWS provider). */
export type StoreAuth = 'pod' | 'jwt' | 'static-keys';

export interface SecretStore {
  readonly group: string;
  readonly name: string;
  readonly provider: 'aws' | 'other';
  readonly auth?: StoreAuth;
  readonly region?: string;
  readonly role?: string;
  /** With `auth.jwt`: the service account whose annotation names the role. */
  readonly serviceAccount?: string;
  /** The store's own selection of control planes, as written. */
  readonly selector: Json;
  /** `group/name` of the control planes that it selects; worked out when the world is observed. */
  readonly selects?: readonly string[];
  /** Names of the control planes that it got into. */
  readonly provisioned?: readonly string[];
  /** The status is about an older version of the store. */
  readonly stale?: boolean;
  readonly failed: readonly {
    readonly controlPlane: string;
    readonly message: string;
    readonly reasons?: readonly string[];
  }[];
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
  }[];
}

export type Manager = 'helm' | 'argo-cd' | 'flux' | 'unknown';

export interface Space {
  readonly manager: Manager;
  /** What gave the manager away, in words. */
  readonly managerEvidence: string;
}

/** The running workloads of one service account, over all namespaces. */
export interface Workloads {
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly deployments: readonly ControllerDeployment[];
  readonly pods: readonly ControllerPod[];
}

export interface Release {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Helm's word: `deployed`, `failed`, `pending-upgrade`, … of the last revision. */
  readonly status: string;
  readonly revision: number;
  /** The revision that is deployed, when it is not the last one. */
  readonly deployedRevision: number;
  /** Chart defaults and user values, merged, of the deployed revision. */
  readonly values: { readonly [key: string]: Json };
}

/** `unreadable`: the job may not read Helm's records; only Pod Identity can do without. */
export type ReleaseView =
  | { readonly kind: 'found'; readonly release: Release }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface World {
  readonly caller: Caller;
  readonly cluster: Cluster;
  readonly space: Space;
  readonly controlPlanes: readonly ControlPlane[];
  readonly namespaces: readonly Namespace[];
  readonly workloads: Workloads;
  readonly stores: readonly SecretStore[];
  readonly release: ReleaseView;
  readonly provider?: OidcProvider;
  readonly role?: Role;
  /** Largest trust policy in characters, white space not counted; the account's own figure when it can be read. */
  readonly trustPolicyQuota: number;
  readonly trustPolicyQuotaKnown: boolean;
  readonly agent: Agent;
  readonly associations: readonly Association[];
}
