/**
 * What the core may ask of the outside: narrow interfaces, implemented in the adapter rooms (aws, cluster, tools, github)
 * and handed in. Reading and writing are apart: a read-only mode is given no writer, and the compiler sees to it.
 * Every method throws a Failure and nothing else.
 */
import type { ClusterIdentity } from './cluster-identity.ts';
import type { ReleaseIntent } from './config.ts';
import type { ClusterNode, Forecast, PodSample, Simulation, SimulationBatch } from './evidence.ts';
import type { AnnotatedAccount, Namespace, SecretStore, Workloads } from './host.ts';
import type { RoleAssumer, TokenSource } from './proof-ports.ts';
import type { SharedSecrets } from './shared-secret.ts';
import type { LeftBehind, OtherAssociationsQuery, OtherRolesQuery } from './left-behind.ts';
import type { Association, Caller, Cluster, OidcProvider, ReleaseView, Role, Space } from './world.ts';
import type {
  AwaitAnnotation,
  CreateAddOn,
  CreateAssociation,
  CreateOidcProvider,
  CreateRole,
  DeleteAssociation,
  DeleteOidcProvider,
  DeleteRole,
  InlinePolicyWrite,
  PutPermissionsBoundary,
  Restart,
  SetValue,
  UpgradeAnew,
  TagRole,
  TrustPolicyWrite,
  UpdateAssociation,
} from './write.ts';

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects with a `cancelled` Failure when the job is cancelled meanwhile. */
  sleep(milliseconds: number): Promise<void>;
  /** Throws a `cancelled` Failure once the job is cancelled: asked before anything new is begun. */
  throwIfCancelled(): void;
}

export interface Log {
  info(line: string): void;
  warning(line: string): void;
  debug(line: string): void;
  /** A collapsible group of lines in the job log. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

export interface AddOn {
  readonly version: string;
  readonly status: string;
  readonly issues: readonly string[];
}

/** The job may not look, or can't: that says nothing of whether there is any. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly why: string;
}

export interface AwsReader {
  caller(): Promise<Caller>;
  /** Undefined when there is no cluster of that name in the region. */
  cluster(name: string): Promise<Cluster | undefined>;
  oidcProvider(arn: string): Promise<OidcProvider | undefined>;
  /** The role with its trust policy, inline policies and attachments. */
  role(name: string): Promise<Role | undefined>;
  /** `AssumeRolePolicySizeQuota` of GetAccountSummary; undefined when the job may not read it. */
  trustPolicyQuota(): Promise<number | undefined>;
  /** Undefined when it is not installed. */
  addOn(clusterName: string, addOn: string): Promise<AddOn | Unreadable | undefined>;
  /** All associations of the service account in the cluster: one list, then one Describe each (the list omits roles and tags). */
  associations(clusterName: string, serviceAccount: string): Promise<readonly Association[]>;
  /** Roles of other names that this action has made for the cluster, and why others could not be looked at. */
  otherRoles(query: OtherRolesQuery): Promise<Pick<LeftBehind, 'roles' | 'unread'>>;
  /** Associations of other service accounts that no add-on owns: one list, then one Describe each. */
  otherAssociations(clusterName: string, query: OtherAssociationsQuery): Promise<readonly Association[]>;
  /** What the role's identity policies, its boundary and the organisation's policies say: one SimulatePrincipalPolicy a batch. */
  simulate(roleArn: string, batches: readonly SimulationBatch[]): Promise<Simulation>;
}

/** What has become another since the plan was made is not overwritten: `plan-changed`, and nothing is written. */
export interface AwsWriter {
  createOidcProvider(spec: CreateOidcProvider): Promise<void>;
  addAudience(providerArn: string, audience: string): Promise<void>;
  deleteOidcProvider(spec: DeleteOidcProvider): Promise<void>;
  /** Waits until the role can be read back under its ARN. */
  createRole(spec: CreateRole): Promise<void>;
  deleteRole(spec: DeleteRole): Promise<void>;
  tagRole(spec: TagRole): Promise<void>;
  putPermissionsBoundary(spec: PutPermissionsBoundary): Promise<void>;
  putTrustPolicy(spec: TrustPolicyWrite): Promise<void>;
  putInlinePolicy(spec: InlinePolicyWrite): Promise<void>;
  /** Creates the add-on and waits until it is active. `onAccepted` is called, perhaps more than once, when EKS has accepted it. */
  createAddOn(spec: CreateAddOn, timeoutMs: number, onAccepted?: () => void): Promise<void>;
  /** Retries while a role or trust policy made a moment ago has not propagated (bounded). Returns the association's id. */
  createAssociation(spec: CreateAssociation): Promise<string>;
  /** Changes the association in place (UpdatePodIdentityAssociation); its tags, when they differ, with TagResource. */
  updateAssociation(spec: UpdateAssociation): Promise<void>;
  deleteAssociation(spec: DeleteAssociation): Promise<void>;
}

export interface SpaceQuery {
  readonly serviceAccount: string;
  /** Where Spaces itself runs, e.g. `upbound-system`. */
  readonly namespace: string;
  /** A Kubernetes label selector; the API server evaluates it. */
  readonly selector?: string;
  /** False when namespaces were named outright. */
  readonly controlPlanes: boolean;
}

/** A ControlPlane as the API server has it, before its host namespace is worked out. */
export interface RawControlPlane {
  readonly group: string;
  readonly name: string;
  readonly id?: string;
  readonly hostNamespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deleting: boolean;
  /** False when a label selector was given and does not select it. */
  readonly matchesSelector: boolean;
  /** The entries of status.conditions, by type. */
  readonly conditions: Readonly<Record<string, { readonly status: string; readonly reason: string }>>;
}

export interface DaemonSet {
  readonly desired: number;
  readonly ready: number;
}

export interface SpaceFacts {
  readonly space: Space;
  readonly controlPlanes: readonly RawControlPlane[];
  readonly namespaces: readonly Namespace[];
  readonly stores: readonly SecretStore[];
  /** The `eks-pod-identity-agent` DaemonSet of kube-system. */
  readonly agentDaemonSet?: DaemonSet;
}

export interface KubernetesReader {
  /** Lists, whatever the number of control planes. Throws `not-a-space` when it is not one. */
  space(query: SpaceQuery): Promise<SpaceFacts>;
  /** What control planes read: the SharedExternalSecrets. */
  sharedSecrets(): Promise<SharedSecrets>;
  /** Service accounts, the Deployments whose pods use them, and those pods, over all namespaces. */
  workloads(serviceAccount: string): Promise<Workloads>;
  serviceAccounts(serviceAccount: string): Promise<Workloads['serviceAccounts']>;
  /** The `eks-pod-identity-agent` DaemonSet alone, for those who wait for it. */
  agentDaemonSet(): Promise<DaemonSet | undefined>;
  /** Undefined when the job may not list nodes: one check is the poorer for it. */
  nodes(): Promise<readonly ClusterNode[] | undefined>;
  /** Which cluster a given kubeconfig leads to; undefined when none was given: the action's own is made for the cluster. */
  clusterIdentity(): Promise<ClusterIdentity | undefined>;
  /** Every service account of the cluster that carries a role annotation, whatever its name. */
  annotatedAccounts(): Promise<readonly AnnotatedAccount[]>;
  /**
   * What would become of these pods if they were made now, by namespace, one in each: a dry run of the API server for
   * each, in which nothing is created. Namespaces are absent in which the job may not do that.
   */
  forecast(samples: readonly PodSample[]): Promise<ReadonlyMap<string, Forecast>>;
}

export interface KubernetesWriter {
  /** One `kubectl rollout restart -f -` for all. Returns what kubectl said went wrong, empty when nothing did. */
  restart(targets: readonly Restart[]): Promise<string>;
  /**
   * One `kubectl annotate -f -` for all: their role annotation becomes this, or goes when it is `null`. Returns what kubectl
   * said went wrong, empty when nothing did.
   */
  annotate(
    targets: readonly Pick<AwaitAnnotation, 'namespace' | 'serviceAccount'>[],
    roleArn: string | null,
  ): Promise<string>;
}

export interface HelmReader {
  release(intent: ReleaseIntent): Promise<ReleaseView>;
}

export interface UpgradeRequest {
  readonly intent: ReleaseIntent;
  /** Each with the version that it was planned for: the chart is pinned to it unless the user asked for another. */
  readonly values: readonly (SetValue | UpgradeAnew)[];
  readonly timeoutSeconds: number;
}

export interface HelmWriter {
  /**
   * Has the chart of the next upgrade on disk, and the right to end the record that helm begins for it: what can't be had is
   * known before the first write.
   */
  prepare(
    intent: ReleaseIntent,
    deployed: { readonly name: string; readonly version: string },
  ): Promise<void>;
  /** `helm upgrade --reset-then-reuse-values` with the chart that `prepare` fetched; `helm get metadata` tells the result. */
  upgrade(request: UpgradeRequest): Promise<void>;
}

export interface Readers {
  readonly aws: AwsReader;
  readonly kubernetes: KubernetesReader;
  readonly helm: HelmReader;
  /** Used only when the user asks for the proof of access. */
  readonly proof: { readonly tokens: TokenSource; readonly aws: RoleAssumer };
  readonly clock: Clock;
  readonly log: Log;
}

export interface Writers {
  readonly aws: AwsWriter;
  readonly kubernetes: KubernetesWriter;
  readonly helm: HelmWriter;
}
