/** All in which IRSA and EKS Pod Identity differ. Whatever depends on the mechanism asks this object. */
import type { Identity, TrustScope } from './config.ts';
import type { Desired, NamedCheck, Planner } from './desired.ts';
import type { AccountPrincipal } from './evidence.ts';
import type { ControllerPod, Host } from './host.ts';
import type { ConditionBlock, PolicyDocument } from './policy.ts';
import type { Assumed, AssumeResult, RoleAssumer, TakeToken } from './proof-ports.ts';
import type { Target } from './target.ts';
import type { NamedWorkload, TrustAnswer, TrustRequest } from './trust.ts';
import type { OidcProvider, World } from './world.ts';

export interface TrustedNamespaces {
  readonly target: Target;
  readonly scope: TrustScope;
  readonly namespaces: readonly string[];
  readonly serviceAccount: string;
}

/** What it takes to assume the role as a workload would. */
export interface AssumeDependencies {
  readonly take: TakeToken;
  readonly roles: RoleAssumer;
  readonly target: Target;
  /** Whether the session has to read anything. */
  readonly reads: boolean;
}

/** `absent`: there is no such service account. `no-token`: none could be taken. */
export type PrincipalResult = AssumeResult | { readonly kind: 'absent' | 'no-token'; readonly why: string };

export interface Mechanism {
  readonly identity: Identity;
  /** Its name as sentences have it. */
  readonly name: string;

  /** The trust policy that admits these namespaces by this mechanism. */
  readonly trust: (trusted: TrustedNamespaces) => PolicyDocument;
  /** Condition keys, with their values, that every request of one namespace's sessions has: a permission policy knows them by these. */
  readonly sessionKeys: (
    namespace: string,
    serviceAccount: string,
    target: Target,
  ) => Readonly<Record<string, string>>;
  /** Whether it is certain that sessions by this mechanism never have the condition key. */
  readonly sessionLacks: (key: string, target: Target) => boolean;
  /** A condition that holds for the sessions of this namespace's service account alone. */
  readonly sessionCondition: (namespace: string, serviceAccount: string, target: Target) => ConditionBlock;
  /** A policy variable that stands for the session's own namespace; undefined when the session does not tell it by itself. */
  readonly namespaceVariable: string | undefined;
  /** Sessions come by an association of the namespace, which can narrow them. */
  readonly usesAssociations: boolean;
  /** The session policy that a host's association carries, and session tags off with it; undefined: none. */
  readonly sessionPolicy: ((host: Host, desired: Pick<Desired, 'grants'>) => PolicyDocument) | undefined;
  /** What a trust policy says to a principal that comes by this mechanism. */
  readonly admits: (document: PolicyDocument, request: TrustRequest) => TrustAnswer;
  /** The workloads of the cluster that a trust policy names for this mechanism, whether it admits them or not. */
  readonly namedIn: (document: PolicyDocument, workload: TrustRequest) => readonly NamedWorkload[];
  /** What there is, or lacks, beside the trust policy that keeps its workloads out, in words; undefined when nothing does. */
  readonly originProblem: (target: Target, provider: OidcProvider | undefined) => string | undefined;
  /** The workload as it could come from elsewhere: a trust policy must not admit it. `name` is one that nothing has. */
  readonly unrelatedOrigins: (
    name: string,
    workload: TrustRequest,
    provider: OidcProvider | undefined,
  ) => readonly { readonly who: string; readonly request: TrustRequest }[];
  /** What the role must be allowed to go on to another role, with the session that the host's pods have. */
  readonly chainActions: (host: Host) => readonly string[];
  /** Whether such a request tells a trust policy its namespace and service account. */
  readonly tellsNamespace: (request: TrustRequest) => boolean;
  /** Ways out when the trust policy gets too large, that another mechanism would offer. */
  readonly trustQuotaAdvice: readonly string[];
  /** Ways out when the statements of all control planes don't fit into the role's inline policies. */
  readonly accessQuotaAdvice: readonly string[];

  /** What is wrong with a pod's identity, in words; undefined when it carries just this role by this mechanism. */
  readonly podProblem: (pod: ControllerPod, roleArn: string) => string | undefined;
  /** Variables whose credentials the SDK prefers to those of the mechanism. */
  readonly isPreferred: (variable: string) => boolean;
  /** What credentials a pod without a `podProblem` may still hold from before a change, in words; undefined when none. */
  readonly olderCredentials: (
    pod: ControllerPod,
    host: Host,
    desired: Desired,
    world: World,
  ) => string | undefined;
  /** Whether a pod gets the role by this mechanism, as far as its host goes. */
  readonly podHasRole: (pod: ControllerPod, host: Host, roleArn: string) => boolean;
  /** Whether a pod may go on with a session of before, although what gave it the role is gone: a run was ended before its restart. */
  readonly readsOn: (pod: ControllerPod, host: Host) => boolean;
  /** Whether what is there for a host would give the role to a new pod by this mechanism. */
  readonly givesRole: (host: Host, roleArn: string) => boolean;
  /** What a sound pod carries, in words. */
  readonly carried: (roleArn: string) => string;
  /** Stores can sign in although nothing was injected into the pod (`auth.jwt`). */
  readonly worksWithoutInjection: boolean;
  /** Running pods lose it without a restart, when what it rests on goes. */
  readonly endsWithoutRestart: boolean;
  /** The role may be in another account than the cluster. */
  readonly takesRolesOfOtherAccounts: boolean;
  /** The value of the service accounts' role annotation; `null`: there should be none. */
  readonly annotation: (roleArn: string) => string | null;
  /** What serves it runs on the nodes, so that they are looked at. */
  readonly dependsOnNodes: boolean;

  /** In the order in which their changes are shown. */
  readonly resources: readonly Planner[];
  readonly checks: readonly NamedCheck[];

  /** Audience of the tokens by which a pod assumes the role. */
  readonly audience: string;
  /** Only a token that is bound to a running pod is taken. */
  readonly needsPod: boolean;
  /** Assumes the role as the principal would. Throws nothing but cancellation. */
  readonly assume: (context: AssumeDependencies, principal: AccountPrincipal) => Promise<PrincipalResult>;
  /** What of an assumed session is not as it should be, in words. */
  readonly sessionProblem: (assumed: Assumed, host: Host, target: Target) => string | undefined;
}
