/** The plan as data. `apply` carries out these very records; nothing else decides what is written. */
import type { Identity } from './config.ts';
import type { Failure, FailureReason } from './failure.ts';
import type { Json } from './json.ts';
import type { PolicyDocument } from './policy.ts';
import type { Tags } from './world.ts';

export type Action = 'create' | 'update' | 'delete' | 'restart' | 'wait' | 'foreign';
export type Severity = 'security' | 'availability' | 'hygiene';

export interface ProviderSpec {
  readonly arn: string;
  readonly url: string;
  readonly audiences: readonly string[];
  readonly tags: Tags;
}

export interface RoleSpec {
  readonly name: string;
  readonly path: string;
  readonly permissionsBoundary?: string;
  readonly tags: Tags;
  readonly trustPolicy: PolicyDocument;
}

export interface TrustUpdate {
  readonly roleName: string;
  readonly document: PolicyDocument;
  /** While pods move from one mechanism to the other, both are trusted: written first, replaced by `document` after the rollout. */
  readonly during?: PolicyDocument;
}

export interface InlinePolicySpec {
  readonly roleName: string;
  readonly policyName: string;
  readonly document: PolicyDocument;
}

export interface TagsUpdate {
  readonly roleName: string;
  readonly tags: Tags;
}

export interface BoundaryUpdate {
  readonly roleName: string;
  readonly permissionsBoundary: string | null;
}

export interface AgentSpec {
  readonly clusterName: string;
  readonly addOn: string;
}

export interface AssociationSpec {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
  readonly tags: Tags;
  /** Present on updates and deletes. */
  readonly associationId?: string;
  readonly associationArn?: string;
}

export interface ValueUpdate {
  readonly path: readonly string[];
  /** `null` takes the key out. */
  readonly value: Json;
}

export interface AnnotationWait {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** What the annotation must be (`null`: gone), or must no longer be, whatever else it is then. */
  readonly until: { readonly is: string | null } | { readonly isNot: string };
}

export interface RestartSpec {
  readonly namespace: string;
  readonly deployment: string;
  readonly serviceAccount: string;
  readonly expect: Expectation;
}

/** What every new pod must carry: the role by this mechanism and nothing else; or, with `none`, the role no longer. */
export type Expectation =
  | { readonly identity: Identity; readonly roleArn: string }
  | {
      readonly identity: 'none';
      readonly roleArn: string;
      /** Someone else's association stays, and with it their Pod Identity. */
      readonly othersAssociation: boolean;
    };

export interface ControlPlaneWait {
  readonly group: string;
  readonly name: string;
}

/** Which resource carries out which payload. */
export interface Payloads {
  'oidc-provider': ProviderSpec;
  role: RoleSpec;
  'role-tags': TagsUpdate;
  'permissions-boundary': BoundaryUpdate;
  'trust-policy': TrustUpdate;
  'access-policy': InlinePolicySpec;
  agent: AgentSpec;
  association: AssociationSpec;
  'helm-values': ValueUpdate;
  annotation: AnnotationWait;
  rollout: RestartSpec;
  'control-plane': ControlPlaneWait;
  /** Seen, not ours: reported, never written. It has no apply. */
  foreign: null;
}

export type ResourceName = keyof Payloads;

export interface ChangeBase {
  /** From the contract's list of ids. */
  readonly id: string;
  readonly action: Action;
  readonly target: string;
  readonly reason: string;
  /** What it will cause, e.g. `restarts 1 deployment`; empty when nothing beyond itself. */
  readonly effect: string;
  readonly before: Json;
  readonly after: Json;
  readonly severity: Severity;
  /** Counts as drift: `foreign` entries on things that are ours do, others don't. */
  readonly drift: boolean;
}

export type ChangeOf<R extends ResourceName> = R extends ResourceName
  ? ChangeBase & { readonly resource: R; readonly payload: Payloads[R] }
  : never;
export type Change = ChangeOf<ResourceName>;

/** Why a plan can't be carried out: found while planning, before any write. */
export interface Blocker {
  readonly reason: FailureReason;
  readonly target: string;
  readonly message: string;
  readonly next: string;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly blockers: readonly Blocker[];
  readonly warnings: readonly string[];
  /** `sha256:…` over what is wanted and what was observed. */
  readonly digest: string;
}

export type OutcomeStatus = 'done' | 'failed' | 'not-attempted';

export interface Outcome {
  readonly id: string;
  readonly status: OutcomeStatus;
  /** What else there is to say. */
  readonly note?: string;
  /** An earlier stage has written a part of it. */
  readonly begun?: true;
  /** Present when it failed, or when something kept it from being begun. */
  readonly failure?: Failure;
}
