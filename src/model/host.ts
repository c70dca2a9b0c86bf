/** One record for each control plane, with all that belongs to it. Made once, when the world is observed. */
import type { Identity } from './config.ts';
import type { PlaceholderValues, SecretService } from './grant.ts';
import type { Json } from './json.ts';
import type { SecretsView } from './shared-secret.ts';
import type { Association } from './world.ts';

export interface ControlPlane {
  /** Empty for a namespace named outright. */
  readonly group: string;
  readonly name: string;
  readonly id?: string;
  /** The host namespace, once it is known. */
  readonly namespace?: string;
  readonly selected: boolean;
  readonly deleting: boolean;
  /** The selection fits it, and it is not selected only since it is being deleted. */
  readonly leaving?: true;
  /** Why it can't be served yet, in words; absent when it can. */
  readonly notReady?: string;
}

/** The `why` of a state is a clause for people: `its host namespace … does not exist yet`. */
export type HostState =
  /** Selected, and its controller can be looked at. */
  | { readonly kind: 'served' }
  /** Selected, but not all of it is in place yet. */
  | { readonly kind: 'not-ready'; readonly why: string }
  /** Left alone by this run. */
  | { readonly kind: 'unselected'; readonly why: string }
  /** No control plane uses the namespace (any more). */
  | { readonly kind: 'gone'; readonly why: string };

/** What the role's trust policy says of a namespace: named as such, admitted by a wildcard, or neither. */
export type Trusted = 'named' | 'admitted' | 'no';

export interface Host {
  /** `group/name`; the namespace when it was named outright or when no control plane maps to it. */
  readonly name: string;
  /** The host namespace; empty as long as it is not known. */
  readonly namespace: string;
  readonly namespaceState: NamespaceState;
  readonly controlPlane?: ControlPlane;
  readonly state: HostState;
  /** Its name, its labels or a control plane say that it is (or was) a control plane's namespace. */
  readonly isHostNamespace: boolean;
  readonly serviceAccount?: ServiceAccount;
  /** The Deployments whose pods use the service account. */
  readonly deployments: readonly ControllerDeployment[];
  /** The live ones: pods on their way out and pods that have ended carry nothing any more. */
  readonly pods: readonly ControllerPod[];
  readonly association?: Association;
  /** The AWS stores that select its control plane. */
  readonly stores: readonly SecretStore[];
  /** The AWS stores of which it can't be told whether they select it. */
  readonly possibleStores: readonly SecretStore[];
  /** What its control plane reads through stores. */
  readonly secrets: SecretsView;
  /** The control plane as the Space's stores know it; empty when that is not known. */
  readonly inStores: { readonly group: string; readonly name: string };
  readonly trusted: Readonly<Record<Identity, Trusted>>;
  /** What the placeholders of prefixes stand for. */
  readonly placeholders: PlaceholderValues;
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
  /** What Kubernetes said when it let a new pod of it not in (the `ReplicaFailure` condition): pod security, a webhook, a quota. */
  readonly refused?: string;
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
  /** The controller's Deployment whose selector it fits. */
  readonly deployment?: string;
  /** Why its containers don't run, e.g. `ImagePullBackOff`. */
  readonly waiting?: string;
  /** What the kubelet says of that. */
  readonly waitingMessage?: string;
  /** Names of variables in its environment from which the SDK takes other credentials, or where it looks for them. */
  readonly otherSources: readonly string[];
  /** What may hold such a variable or file and is not read, in words. */
  readonly unreadSources: readonly string[];
}

export interface ServiceAccount {
  readonly namespace: string;
  /** The value of `eks.amazonaws.com/role-arn`. */
  readonly roleArn?: string;
}

/** A service account of whatever name whose annotation names a role. */
export interface AnnotatedAccount {
  readonly namespace: string;
  readonly name: string;
  readonly roleArn: string;
}

/** The workloads of one service account, over all namespaces. */
export interface Workloads {
  readonly serviceAccounts: readonly ServiceAccount[];
  readonly deployments: readonly ControllerDeployment[];
  readonly pods: readonly ControllerPod[];
}

/** `absent`: it does not exist. */
export type NamespaceState = 'active' | 'terminating' | 'absent';

export interface Namespace {
  readonly name: string;
  /** It is being deleted. */
  readonly terminating?: true;
  /** From the internal labels of host namespaces. */
  readonly controlPlaneGroup?: string;
  readonly controlPlaneName?: string;
}

/** How a store signs in to AWS (External Secrets' AWS provider). */
export type StoreAuth = 'pod' | 'jwt' | 'static-keys';

export interface SecretStore {
  readonly group: string;
  readonly name: string;
  /** Its name in control planes, where it is another. */
  readonly nameInside?: string;
  readonly provider: 'aws' | 'other';
  readonly auth?: StoreAuth;
  /** Which it reads from, as in ARNs. */
  readonly service?: SecretService['name'];
  readonly region?: string;
  /** Put before each key. */
  readonly prefix?: string;
  readonly role?: string;
  /** Assumed one after the other, before `role`. */
  readonly additionalRoles?: readonly string[];
  /** For `auth.jwt`: the service account whose annotation names the role. */
  readonly serviceAccount?: string;
  /** That account's namespace, where one is named. */
  readonly serviceAccountNamespace?: string;
  /** The store's own selection of control planes, as written. */
  readonly selector: Json;
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
