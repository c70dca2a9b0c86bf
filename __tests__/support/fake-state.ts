/** What there is in the in-memory world, and EKS's webhook, which sees changes only some seconds later. */
import type { ClusterIdentity } from '../../src/model/cluster-identity.ts';
import type { ClusterNode } from '../../src/model/evidence.ts';
import type { AddOn, RawControlPlane, DaemonSet, Unreadable } from '../../src/model/ports.ts';
import type {
  AnnotatedAccount,
  ControllerDeployment,
  ControllerPod,
  Namespace,
  SecretStore,
} from '../../src/model/host.ts';
import type { SharedSecret } from '../../src/model/shared-secret.ts';
import type { Association, Cluster, OidcProvider, ReleaseView, Role, Space } from '../../src/model/world.ts';
import { cluster, release } from './factories.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';
import { SERVICE_ACCOUNT } from './names.ts';

/** How long until the webhook knows of an association or of a changed annotation. */
export const WEBHOOK_LAG = { association: 6_000, annotation: 2_000 } as const;

export interface State {
  readonly clock: FakeClock;
  cluster: Cluster;
  /** Where a given kubeconfig leads to, when that is not `cluster`. */
  otherCluster: ClusterIdentity | undefined;
  provider: OidcProvider | undefined;
  role: Role | undefined;
  /** Of other names, that this action may have made for the cluster. */
  otherRoles: readonly Role[];
  /** The account's quota for trust policies; undefined: it may not be read. */
  quota: number | undefined;
  addOn: AddOn | Unreadable | undefined;
  daemonSet: DaemonSet | undefined;
  associations: readonly Association[];
  space: Space;
  controlPlanes: readonly RawControlPlane[];
  namespaces: readonly Namespace[];
  stores: readonly SecretStore[];
  secrets: readonly SharedSecret[];
  nodes: readonly ClusterNode[] | undefined;
  /** Service accounts by namespace: the role of their annotation. */
  annotations: ReadonlyMap<string, string | undefined>;
  deployments: ReadonlyMap<string, ControllerDeployment>;
  pods: readonly ControllerPod[];
  release: ReleaseView;
  /** Service accounts of other workloads that carry a role. */
  otherAccounts: readonly AnnotatedAccount[];
  /** Host namespaces whose new pods never become ready. */
  stuck: ReadonlySet<string>;
  /** Host namespaces where no new pod is let in, with what is said of it. */
  refused: ReadonlyMap<string, string>;
  /** How often the webhook will yet let a pod through untouched, by namespace. */
  misses: ReadonlyMap<string, number>;
  /** How long Spaces takes to carry a value to a host namespace. */
  carryMs: (namespace: string) => number;
  /** What the webhook knows. */
  readonly webhook: { associations: Set<string>; annotations: Map<string, string | undefined> };
  /** Called after everything that happens. */
  watch: () => void;
}

export function emptyState(overrides: Partial<State> = {}): State {
  const state: State = {
    clock: fakeClock(),
    cluster: cluster(),
    otherCluster: undefined,
    provider: undefined,
    role: undefined,
    otherRoles: [],
    quota: 2048,
    addOn: { version: 'v1.3.10-eksbuild.1', status: 'ACTIVE', issues: [] },
    daemonSet: undefined,
    associations: [],
    space: { manager: 'helm', managerEvidence: '' },
    controlPlanes: [],
    namespaces: [],
    stores: [],
    secrets: [],
    nodes: [{ name: 'node-1', os: 'linux' }],
    annotations: new Map(),
    deployments: new Map(),
    pods: [],
    release: { kind: 'found', release: release() },
    otherAccounts: [],
    stuck: new Set(),
    refused: new Map(),
    misses: new Map(),
    carryMs: () => 7_000,
    webhook: { associations: new Set(), annotations: new Map() },
    watch: () => undefined,
    ...overrides,
  };
  state.webhook.associations = associated(state);
  state.webhook.annotations = new Map(state.annotations);
  return state;
}

/** The namespaces whose controllers have an association. */
function associated({ associations }: State): Set<string> {
  return new Set(associations.filter(isOfController).map(({ namespace }) => namespace));
}

export const isOfController = ({ serviceAccount }: Association): boolean =>
  serviceAccount === SERVICE_ACCOUNT;

export function setAssociations(state: State, associations: readonly Association[]): void {
  state.associations = associations;
  state.clock.after(WEBHOOK_LAG.association, () => {
    state.webhook.associations = associated(state);
  });
  state.watch();
}

export function annotate(state: State, namespace: string, role: string | undefined): void {
  state.annotations = new Map([...state.annotations, [namespace, role]]);
  state.clock.after(WEBHOOK_LAG.annotation, () => {
    state.webhook.annotations.set(namespace, state.annotations.get(namespace));
  });
  state.watch();
}

/** What the webhook puts into a pod at its creation: Pod Identity first, else IRSA, else nothing. */
export function injected(state: State, namespace: string): Partial<ControllerPod> {
  const misses = state.misses.get(namespace) ?? 0;
  if (misses > 0) {
    state.misses = new Map([...state.misses, [namespace, misses - 1]]);
    return {};
  }
  return known(state, namespace);
}

/** What the webhook would put into a pod, as far as it knows of what was written. */
export function known(state: State, namespace: string): Partial<ControllerPod> {
  if (state.webhook.associations.has(namespace)) {
    return { podIdentity: true, podIdentityAudience: 'pods.eks.amazonaws.com' };
  }
  const role = state.webhook.annotations.get(namespace);
  return role === undefined ? {} : { irsaRoleArn: role, irsaAudience: 'sts.amazonaws.com' };
}
