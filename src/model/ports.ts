/**
 * What the core may ask of the outside: narrow interfaces, implemented in the adapter rooms (aws, kubernetes, tools, github)
 * and handed in. Reading and writing are apart: a read-only mode is given no writer, and the compiler sees to it.
 * Every method throws a Failure and nothing else.
 */
import type { ClusterIdentity } from './cluster-identity.ts';
import type { ReleaseIntent } from './config.ts';
import type { ClusterNode, Simulation, SimulationBatch } from './evidence.ts';
import type { AnnotatedAccount, Namespace, SecretStore, Workloads } from './host.ts';
import type { Association, Caller, Cluster, OidcProvider, ReleaseView, Role, Space } from './world.ts';
import type {
  CreateAddOn,
  CreateAssociation,
  CreateOidcProvider,
  CreateRole,
  DeleteAssociation,
  DeleteOidcProvider,
  DeleteRole,
  PutInlinePolicy,
  PutPermissionsBoundary,
  Restart,
  SetValue,
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

/** The job may not look at an add-on: that says nothing of whether it is installed. */
export interface UnreadableAddOn {
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
  addOn(clusterName: string, addOn: string): Promise<AddOn | UnreadableAddOn | undefined>;
  /** All associations of the service account in the cluster: one list, then one Describe each (the list omits roles and tags). */
  associations(clusterName: string, serviceAccount: string): Promise<readonly Association[]>;
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
  putInlinePolicy(spec: PutInlinePolicy): Promise<void>;
  /** Creates the add-on and waits until it is active. */
  createAddOn(spec: CreateAddOn, timeoutMs: number): Promise<void>;
  /** Retries while a role or trust policy made a moment ago has not propagated (bounded). Returns the association's id. */
  createAssociation(spec: CreateAssociation): Promise<string>;
  /** In place: role and session tags flag; tags through TagResource when they differ. */
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
  /** By type, of status.conditions. */
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
  /** A fixed number of kubectl processes, whatever the number of control planes. Throws `not-a-space` when it is not one. */
  space(query: SpaceQuery): Promise<SpaceFacts>;
  /** Service accounts, the Deployments whose pods use them, and those pods, over all namespaces. */
  workloads(serviceAccount: string): Promise<Workloads>;
  serviceAccounts(serviceAccount: string): Promise<Workloads['serviceAccounts']>;
  /** Undefined when the job may not list nodes: one check is the poorer for it. */
  nodes(): Promise<readonly ClusterNode[] | undefined>;
  /** Which cluster a given kubeconfig leads to; undefined when none was given: the action's own is made for the cluster. */
  clusterIdentity(): Promise<ClusterIdentity | undefined>;
  /** Every service account of the cluster that carries a role annotation, whatever its name. */
  annotatedAccounts(): Promise<readonly AnnotatedAccount[]>;
}

export interface TokenRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
  /** The pod that the token is bound to. */
  readonly pod?: { readonly name: string; readonly uid: string };
}

/** `absent`: no such service account, or no such pod of it. `refused`: the job may not, or the API server did not answer. */
export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'absent' | 'refused'; readonly why: string };

export type TakeToken = (request: TokenRequest) => Promise<TokenAnswer>;

/** Tokens are masked before they are handed out; they may be shown nowhere. */
export interface TokenSource {
  /** Lets `body` take tokens of these service accounts, in any namespace, for as long as it runs. */
  withTokens<T>(serviceAccounts: readonly string[], body: (take: TakeToken) => Promise<T>): Promise<T>;
}

/** `missing`: allowed, but there is nothing of that name. */
export type ReadResult =
  | { readonly kind: 'read' }
  | { readonly kind: 'refused' | 'missing' | 'unanswered'; readonly said: string };

/** A session of the workload's role. Its credentials stay inside; what it reads is thrown away. */
export interface WorkloadSession {
  readSecret(name: string): Promise<ReadResult>;
  readParameter(name: string): Promise<ReadResult>;
}

export interface Assumed {
  readonly kind: 'assumed';
  /** `arn:…:sts::…:assumed-role/ROLE/SESSION`. */
  readonly assumedRole: string;
  /** `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subject: string;
  readonly audience: string;
  /** IRSA only: ARN or issuer of the OIDC provider. */
  readonly provider?: string;
  /** Pod Identity only. */
  readonly association?: { readonly id: string; readonly arn: string };
  readonly session: WorkloadSession;
}

/** `mayPass`: a change made a moment ago may not have reached STS or EKS yet. `unanswered`: throttled or out of reach. */
export type AssumeResult =
  | Assumed
  | { readonly kind: 'refused'; readonly said: string; readonly mayPass: boolean }
  | { readonly kind: 'unanswered'; readonly said: string };

/** Assumes the workload's role as the workload would. Throws nothing: a refusal is an answer here. */
export interface RoleAssumer {
  /** `reads`: whether the session has to read; without, it is shrunk to nothing. */
  assumeWithWebIdentity(roleArn: string, token: string, reads: boolean): Promise<AssumeResult>;
  /** What the Pod Identity agent asks of EKS, with the token of a pod. */
  assumeForPodIdentity(clusterName: string, token: string): Promise<AssumeResult>;
}

export interface KubernetesWriter {
  /** One `kubectl rollout restart -f -` for all. Returns what kubectl said went wrong, empty when nothing did. */
  restart(targets: readonly Restart[]): Promise<string>;
}

export interface HelmReader {
  release(intent: ReleaseIntent): Promise<ReleaseView>;
}

export interface UpgradeRequest {
  readonly intent: ReleaseIntent;
  /** Each with the version that it was planned for: the chart is pinned to it unless the user asked for another. */
  readonly values: readonly SetValue[];
  readonly timeoutSeconds: number;
}

export interface HelmWriter {
  /** `helm upgrade --reset-then-reuse-values -f FILE --version …`; the result is read with `helm get metadata`. */
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
