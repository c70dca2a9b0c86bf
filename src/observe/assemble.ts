/** One record of all that was read: the world. Pure. */
import type { ClusterIdentity } from '../model/cluster-identity.ts';
import type { Intent } from '../model/config.ts';
import type { AnnotatedAccount, Host, Namespace, Workloads } from '../model/host.ts';
import type { SpaceFacts } from '../model/ports.ts';
import type { Place } from '../model/record.ts';
import type { SharedSecrets } from '../model/shared-secret.ts';
import type { Target } from '../model/target.ts';
import type { ReleaseView, Role, World } from '../model/world.ts';
import { isHostNamespaceName } from '../model/host-namespace.ts';
import { policySize } from '../policy/equivalence.ts';
import { IRSA_TRUST, POD_IDENTITY_TRUST, readTrust } from '../policy/trust-reading.ts';
import { isSelected } from '../space/hosts.ts';
import { agentOf } from './agent.ts';
import type { AwsView } from './aws.ts';
import type { ClusterView } from './cluster.ts';
import { mapControlPlanes } from './control-planes.ts';
import { hostsOf, type HostParts } from './hosts.ts';
import { sameCluster } from './same-cluster.ts';

/** IAM's default for a role's trust policy, where the account's own figure can't be read. */
const DEFAULT_TRUST_QUOTA = 2_048;

/** All answers of one look. */
export interface Observed extends AwsView, ClusterView {
  readonly secrets: SharedSecrets;
  readonly release: ReleaseView;
  /** Only of a cluster that a kubeconfig of the user's led to. */
  readonly clusterIdentity?: ClusterIdentity | undefined;
  readonly annotatedAccounts?: readonly AnnotatedAccount[] | undefined;
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
}

/** One record for everything, out of all answers. */
export function assembleWorld(intent: Intent, place: Place, observed: Observed): World {
  const { facts, secrets, workloads, associations, role, provider, trustPolicyQuota } = observed;
  const trust = role === undefined ? undefined : trustReadings(role, place.target, intent);
  const hosts = hostsOf({ ...partsOf(intent, { ...facts, secrets }, workloads), associations, trust });
  return {
    ...place,
    space: facts.space,
    sameCluster: sameCluster(place.cluster, observed.clusterIdentity),
    seenAt: observed.seenAt,
    listsControlPlanes: listsControlPlanes(facts, intent),
    iam: {
      ...(provider !== undefined && { provider }),
      ...(role !== undefined && { role }),
      trustPolicyQuota: trustPolicyQuota ?? allowedAtLeast(role),
      trustPolicyQuotaKnown: trustPolicyQuota !== undefined,
    },
    agent: agentOf(place.cluster, observed.addOn, facts.agentDaemonSet),
    release: observed.release,
    ...(observed.annotatedAccounts !== undefined && { annotatedAccounts: observed.annotatedAccounts }),
    ...withHosts(hosts),
  };
}

/** The account has taken the policy that is there. */
function allowedAtLeast(role: Role | undefined): number {
  const size = role === undefined ? 0 : policySize(role.trustPolicy);
  return Math.max(size, DEFAULT_TRUST_QUOTA);
}

/** When the inputs name namespaces, control planes are not looked up: the namespaces stand for them. */
function listsControlPlanes({ controlPlanes, namespaces }: SpaceFacts, { selection }: Intent): boolean {
  if (selection.namespaces.length === 0) return controlPlanes.length > 0;
  const isOne = ({ name, controlPlaneName }: Namespace): boolean =>
    controlPlaneName !== undefined || isHostNamespaceName(name) || selection.namespaces.includes(name);
  return namespaces.some(isOne);
}

/** What the role's trust policy says of the service account, by mechanism. */
export function trustReadings(
  { trustPolicy }: Role,
  target: Target,
  { serviceAccount }: Intent,
): HostParts['trust'] {
  return {
    irsa: readTrust(trustPolicy, IRSA_TRUST, target, serviceAccount),
    'pod-identity': readTrust(trustPolicy, POD_IDENTITY_TRUST, target, serviceAccount),
  };
}

/** The hosts as the cluster has them: without associations and trust, which AWS has. */
export function hostsInCluster(intent: Intent, { facts, workloads }: ClusterView): readonly Host[] {
  return hostsOf({ ...partsOf(intent, { ...facts, secrets: NOT_LOOKED_AT }, workloads), associations: [] });
}

/** For those who wait: what is read through a store is settled before, or judged after. */
export const NOT_LOOKED_AT: SharedSecrets = { kind: 'unreadable', why: 'they were not looked at' };

function partsOf(
  intent: Intent,
  facts: SpaceFacts & Pick<Observed, 'secrets'>,
  workloads: Workloads,
): Omit<HostParts, 'associations'> {
  const controlPlanes = mapControlPlanes(facts, intent.selection);
  return { controlPlanes, facts, workloads };
}

/** The hosts in a world, with the lists that follow from them. */
export function withHosts(hosts: readonly Host[]): Pick<World, 'hosts' | 'selected' | 'placed'> {
  const selected = hosts.filter(isSelected);
  const placed = selected.filter(({ namespace }) => namespace !== '');
  return { hosts, selected: selected.toSorted(byName), placed };
}

/** By group, then by name, as Kubernetes lists them: no character of either sorts before a line end. */
function byName(a: Host, b: Host): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

const sortKey = ({ name }: Host): string => name.replace('/', '\n');
