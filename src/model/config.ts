/** What the user asked for. `Intent` is all that the rooms below reconcile.ts see: it holds no mode. */
import type { Json } from './json.ts';

export const MODES = ['plan', 'apply', 'check', 'destroy'] as const;
export type Mode = (typeof MODES)[number];

export const IDENTITIES = ['irsa', 'pod-identity'] as const;
export type Identity = (typeof IDENTITIES)[number];

/** What keeps control planes with prefixes of their own apart. */
export const ISOLATIONS = ['role-policy', 'session-policy'] as const;
export type IsolateBy = (typeof ISOLATIONS)[number];

export const TRUST_SCOPES = ['exact', 'pattern', 'any-namespace'] as const;
export type TrustScope = (typeof TRUST_SCOPES)[number];

export const RESTARTS = ['if-needed', 'always', 'never'] as const;
export type RestartPolicy = (typeof RESTARTS)[number];

export const ANNOTATES = ['helm', 'none'] as const;
export type Annotate = (typeof ANNOTATES)[number];

/** A role that this action makes, shapes and owns. */
export interface OwnedRole {
  readonly kind: 'owned';
  readonly name: string;
  /** Begins and ends with `/`. */
  readonly path: string;
  readonly permissionsBoundary?: string | undefined;
  readonly secretPrefixes: readonly string[];
  readonly parameterPrefixes: readonly string[];
  /** ARNs of the roles that stores go on to. */
  readonly assumeRoles: readonly string[];
  readonly kmsKeyArns: readonly string[];
  readonly trustScope: TrustScope;
  readonly isolateBy: IsolateBy;
}

/** A role made elsewhere: referred to, checked, never written. */
export interface ReferencedRole {
  readonly kind: 'referenced';
  readonly arn: string;
}

export interface Selection {
  /** `group/name` globs; empty: all. */
  readonly globs: readonly string[];
  /** A Kubernetes label selector over ControlPlanes. */
  readonly selector?: string | undefined;
  /** Host namespaces named outright; when not empty, control planes are not looked up. */
  readonly namespaces: readonly string[];
}

export interface ReleaseIntent {
  readonly annotate: Annotate;
  readonly name: string;
  readonly namespace: string;
  /** OCI reference, directory, `.tgz` path or repository URL. */
  readonly chart: string;
  /** Without it: the version that is deployed. */
  readonly chartVersion?: string | undefined;
  readonly registryUsername?: string | undefined;
  readonly registryPassword?: string | undefined;
  readonly registryPlainHttp: boolean;
  /** Path of the chart value that switches Shared Secrets on. */
  readonly sharedSecretsValue: readonly string[];
  readonly podLabels: Readonly<Record<string, string>>;
}

export interface Intent {
  readonly identity: Identity;
  readonly clusterName: string;
  readonly region: string;
  readonly role: OwnedRole | ReferencedRole;
  /** ARN of the role that the associations go on to; Pod Identity only. */
  readonly targetRoleArn?: string | undefined;
  /** The user's own tags, for the role and the associations. */
  readonly tags: Readonly<Record<string, string>>;
  readonly selection: Selection;
  readonly serviceAccount: string;
  readonly release: ReleaseIntent;
  readonly installAgent: boolean;
  readonly restart: RestartPolicy;
  readonly waitSeconds: number;
  readonly prune: boolean;
  readonly adopt: boolean;
}

export interface SignIn {
  /** ARN of the job's role; without it, the ambient AWS credentials. */
  readonly roleToAssume?: string | undefined;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly audience: string;
  readonly allowedAccountIds: readonly string[];
}

/** A kubeconfig as it was given: the path of a file, or its text as YAML, JSON or base64 of these. */
export interface GivenKubeconfig {
  readonly kubeconfig: string;
  readonly context?: string | undefined;
}

export interface ToolRequest {
  /** `auto`: fits the cluster; `path`: what the runner has; else an exact version such as `v4.1.4`. */
  readonly version: string;
  readonly sha256?: string | undefined;
  readonly downloadUrl: string;
}

export interface Proof {
  readonly access: boolean;
  readonly secrets: readonly string[];
  readonly parameters: readonly string[];
}

export interface Reporting {
  readonly commentOnPr: boolean;
  readonly driftIssue: boolean;
  readonly failOnDrift: boolean;
  readonly label: string;
  readonly githubToken?: string | undefined;
}

export interface Config {
  readonly mode: Mode;
  readonly intent: Intent;
  readonly signIn: SignIn;
  readonly access?: GivenKubeconfig | undefined;
  readonly helm: ToolRequest;
  readonly kubectl: ToolRequest;
  readonly proof: Proof;
  readonly reporting: Reporting;
  readonly expectedPlan?: string | undefined;
  /** What is allowed and yet probably not meant, in words for the plan. */
  readonly warnings: readonly string[];
  /** The inputs that make a plan another plan, by name. */
  readonly digestInputs: Readonly<Record<string, Json>>;
}
