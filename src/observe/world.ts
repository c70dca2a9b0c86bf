/** Everything that planning needs, read side by side: a fixed number of calls but for one Describe per association. */
import type { Intent } from '../model/config.ts';
import type { AnnotatedAccount, Host, Namespace, Workloads } from '../model/host.ts';
import type { ClusterIdentity } from '../model/cluster-identity.ts';
import type { Readers, SpaceFacts, SpaceQuery } from '../model/ports.ts';
import type { Place } from '../model/record.ts';
import type { SharedSecrets } from '../model/shared-secret.ts';
import type { Target } from '../model/target.ts';
import type { ReleaseView, Role, World } from '../model/world.ts';
import { isHostNamespaceName } from '../policy/trust-documents.ts';
import { IRSA_TRUST, POD_IDENTITY_TRUST, readTrust } from '../policy/trust-reading.ts';
import { isSelected } from '../space/hosts.ts';
import { sideBySide } from '../wait/side-by-side.ts';
import { AGENT_ADD_ON, agentOf } from './agent.ts';
import { type AwsView, observeAws } from './aws.ts';
import { mapControlPlanes } from './control-planes.ts';
import { observeLeftBehind } from './left-behind.ts';
import { sameCluster } from './same-cluster.ts';
import { hostsOf, type HostParts } from './hosts.ts';
import { storeFinder } from './store-selection.ts';

/** IAM's default for a role's trust policy, where the account's own figure can't be read. */
const DEFAULT_TRUST_QUOTA = 2_048;

/** All answers of one look. */
export interface Observed extends AwsView {
  readonly facts: SpaceFacts;
  readonly secrets: SharedSecrets;
  readonly workloads: Workloads;
  readonly release: ReleaseView;
  /** Only of a cluster that a kubeconfig of the user's led to. */
  readonly clusterIdentity?: ClusterIdentity | undefined;
  readonly annotatedAccounts?: readonly AnnotatedAccount[] | undefined;
  /** Milliseconds since the epoch. */
  readonly seenAt: number;
}

/** What only some modes have to know. */
export interface AlsoObserved {
  /** Who else in the cluster carries a role: what `destroy` must not take the OIDC provider from. */
  readonly annotatedAccounts?: true;
  /** What earlier inputs have left behind. */
  readonly leftBehind?: true;
  /** The AWS side, where its reading was begun before. */
  readonly begun?: Promise<AwsView> | undefined;
  /**
   * Told the placed hosts as the cluster has them, as a rule before AWS has said all: without associations and trust. Not of a cluster
   * that a kubeconfig led to, unless it is shown to be the named one: nothing is tried in another.
   */
  readonly onCluster?: (placed: readonly Host[]) => void;
}

/** The world as it is now. Throws a Failure when any part of it can't be read: a plan over half a world is none. */
export async function observe(
  read: Readers,
  intent: Intent,
  place: Place,
  also: AlsoObserved = {},
): Promise<World> {
  const { aws, kubernetes, helm } = read;
  const cluster = observeCluster(read, intent);
  const identity = kubernetes.clusterIdentity();
  // What goes wrong there is told below.
  const told = tellPlaced(intent, place, { cluster, identity }, also.onCluster).catch(() => undefined);
  const [inAws, inCluster, secrets, release, clusterIdentity, annotatedAccounts] = await sideBySide([
    also.begun ?? observeAws(aws, intent, place, also),
    cluster,
    kubernetes.sharedSecrets(),
    helm.release(intent.release),
    identity,
    also.annotatedAccounts === true ? kubernetes.annotatedAccounts() : Promise.resolve(undefined),
  ]);
  await told;
  const world = assembleWorld(intent, place, {
    ...inAws,
    ...inCluster,
    secrets,
    release,
    clusterIdentity,
    annotatedAccounts,
    seenAt: read.clock.now(),
  });
  return also.leftBehind === true
    ? { ...world, leftBehind: await observeLeftBehind(aws, intent, world, inAws.otherRoles) }
    : world;
}

async function observeCluster(
  { kubernetes }: Pick<Readers, 'kubernetes'>,
  intent: Intent,
): Promise<Pick<Observed, 'facts' | 'workloads'>> {
  const [facts, workloads] = await sideBySide([
    kubernetes.space(spaceQuery(intent)),
    kubernetes.workloads(intent.serviceAccount),
  ]);
  return { facts, workloads };
}

interface BegunCluster {
  readonly cluster: Promise<Pick<Observed, 'facts' | 'workloads'>>;
  readonly identity: Promise<ClusterIdentity | undefined>;
}

async function tellPlaced(
  intent: Intent,
  place: Place,
  begun: BegunCluster,
  onCluster: AlsoObserved['onCluster'],
): Promise<void> {
  const [seen, identity] = await Promise.all([begun.cluster, begun.identity]);
  if (sameCluster(place.cluster, identity).kind === 'same')
    onCluster?.(withHosts(hostsInCluster(intent, seen)).placed);
}

/** What to ask the API server about the Space. */
function spaceQuery({ serviceAccount, selection, release }: Intent): SpaceQuery {
  return {
    serviceAccount,
    namespace: release.namespace,
    controlPlanes: selection.namespaces.length === 0,
    ...(selection.selector !== undefined && { selector: selection.selector }),
  };
}

/** Pure: one record for everything, out of all answers. */
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
      trustPolicyQuota: trustPolicyQuota ?? DEFAULT_TRUST_QUOTA,
      trustPolicyQuotaKnown: trustPolicyQuota !== undefined,
    },
    agent: agentOf(place.cluster, observed.addOn, facts.agentDaemonSet),
    release: observed.release,
    ...(observed.annotatedAccounts !== undefined && { annotatedAccounts: observed.annotatedAccounts }),
    ...withHosts(hosts),
  };
}

/** With namespaces named outright control planes are not looked up: their namespaces tell. */
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

/** The hosts alone, as they are in the cluster now. */
export async function observeHosts(read: Readers, intent: Intent): Promise<readonly Host[]> {
  return hostsInCluster(intent, await observeCluster(read, intent));
}

function hostsInCluster(
  intent: Intent,
  { facts, workloads }: Pick<Observed, 'facts' | 'workloads'>,
): readonly Host[] {
  return hostsOf({ ...partsOf(intent, { ...facts, secrets: NOT_LOOKED_AT }, workloads), associations: [] });
}

/** For those who wait: what is read through a store is settled before, or judged after. */
const NOT_LOOKED_AT: SharedSecrets = { kind: 'unreadable', why: 'they were not looked at' };

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

/** The same world with what serves Pod Identity on the nodes as it is now. */
export async function observeAgent(read: Readers, intent: Intent, world: World): Promise<World> {
  const [addOn, daemonSet] = await Promise.all([
    read.aws.addOn(intent.clusterName, AGENT_ADD_ON),
    read.kubernetes.agentDaemonSet(),
  ]);
  return { ...world, agent: agentOf(world.cluster, addOn, daemonSet) };
}

/** The same world with what Spaces says of its stores now. */
export async function observeStores(read: Readers, intent: Intent, world: World): Promise<World> {
  const facts = await read.kubernetes.space(spaceQuery(intent));
  const storesOf = storeFinder({ ...facts, secrets: NOT_LOOKED_AT });
  const hosts = world.hosts.map((host) => ({ ...host, ...storesOf(host), secrets: host.secrets }));
  return { ...world, ...withHosts(hosts) };
}
