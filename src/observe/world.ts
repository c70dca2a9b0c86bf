/** Everything that planning needs, read side by side: a fixed number of calls but for one Describe per association. */
import type { ClusterIdentity } from '../model/cluster-identity.ts';
import type { Intent } from '../model/config.ts';
import type { Host } from '../model/host.ts';
import type { Readers } from '../model/ports.ts';
import type { Place } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { sideBySide } from '../wait/side-by-side.ts';
import { assembleWorld, hostsInCluster, withHosts } from './assemble.ts';
import { type AwsView, observeAws } from './aws.ts';
import { type ClusterView, observeCluster } from './cluster.ts';
import { observeLeftBehind } from './left-behind.ts';
import { sameCluster } from './same-cluster.ts';

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

interface BegunCluster {
  readonly cluster: Promise<ClusterView>;
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
