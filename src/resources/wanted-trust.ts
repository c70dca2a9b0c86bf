/** The trust policy that the role should have: which namespaces it admits, by which mechanism. */
import type { Identity, Intent, OwnedRole, TrustScope } from '../model/config.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { ControllerPod, World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { policySize, union } from '../policy/meaning.ts';
import { irsaTrust, isHostNamespaceName, podIdentityTrust } from '../policy/trust.ts';
import { admission, namedNamespaces } from '../policy/trusted.ts';
import { associationsIn, controlPlanesIn, deploymentsIn, namespacesNamed } from '../space/lookup.ts';
import { isLive, isRestartable } from '../space/pods.ts';
import { isGone, targets } from '../space/targets.ts';

/** What the role should trust when this run has ended. */
export function wantedTrust(role: OwnedRole, intent: Intent, world: World): PolicyDocument {
  return withOthers('exact', onTheOther(intent, world).staying, role, intent, world);
}

/**
 * What it should trust until the pods have moved to the wanted mechanism: the narrowest document that fits the quota. None
 * when no running pod has to move; `no-room` when nothing fits.
 */
export function trustWhileMoving(
  role: OwnedRole,
  intent: Intent,
  world: World,
): PolicyDocument | 'no-room' | undefined {
  const { staying, moving } = onTheOther(intent, world);
  if (moving.length === 0) return undefined;
  const scopes = ['exact', role.trustScope] as const;
  return (
    scopes
      .map((scope) => withOthers(scope, [...staying, ...moving], role, intent, world))
      .find((document) => policySize(document) <= world.trustPolicyQuota) ?? 'no-room'
  );
}

/** The namespaces to admit by the wanted mechanism: the selected ones, and those that this run has to leave as they are. */
export function wantedNamespaces(intent: Intent, world: World): readonly string[] {
  const selected = targets(world).map((target) => target.namespace);
  return [...new Set([...selected, ...leftAlone(intent.identity, intent, world)])].toSorted();
}

/** The wanted mechanism for whom it is wanted, and the other one for those who still have the role by it. */
function withOthers(
  scope: TrustScope,
  others: readonly string[],
  role: OwnedRole,
  intent: Intent,
  world: World,
): PolicyDocument {
  const namespaces = wantedNamespaces(intent, world);
  const wanted = trustBy(intent.identity, role.trustScope, namespaces, intent, world);
  if (others.length === 0) return wanted;
  return union(wanted, trustBy(otherThan(intent.identity), scope, others, intent, world));
}

function trustBy(
  mechanism: Identity,
  scope: TrustScope,
  namespaces: readonly string[],
  { serviceAccount }: Intent,
  { cluster }: World,
): PolicyDocument {
  const trusted = { cluster, scope, namespaces, serviceAccount };
  switch (mechanism) {
    case 'irsa':
      return irsaTrust(trusted, cluster.issuer ?? '');
    case 'pod-identity':
      return podIdentityTrust(trusted);
  }
}

function otherThan(identity: Identity): Identity {
  return identity === 'irsa' ? 'pod-identity' : 'irsa';
}

/**
 * Who has the role by the other mechanism: control planes that this run leaves alone or may not restart go on with it, and the
 * pods of the rest move during the run.
 */
function onTheOther(
  intent: Intent,
  world: World,
): { readonly staying: readonly string[]; readonly moving: readonly string[] } {
  const other = otherThan(intent.identity);
  const inUse = namespacesInUse(other, intent, world);
  const served = targets(world).map((target) => target.namespace);
  // Without a restart a pod goes on with IRSA; Pod Identity ends in any case, with the association.
  const moves = (namespace: string): boolean =>
    other === 'pod-identity' ||
    (intent.restart !== 'never' && deploymentsIn(world.workloads.deployments, namespace).some(isRestartable));
  const selected = served.filter((namespace) => inUse.has(namespace));
  const ours = new Set(served);
  const unselected = leftAlone(other, intent, world).filter((namespace) => !ours.has(namespace));
  return {
    staying: [...unselected, ...selected.filter((namespace) => !moves(namespace))],
    moving: selected.filter(moves),
  };
}

/**
 * Namespaces already trusted by a mechanism that this run must leave alone: of control planes that are not selected, whether
 * named or admitted by a wildcard and running, and, with `prune: false`, of those that are gone. A namespace that never was a
 * control plane's is not kept: that is how a trust policy widened by hand shows.
 */
function leftAlone(mechanism: Identity, intent: Intent, world: World): readonly string[] {
  if (world.role === undefined) return [];
  const { cluster } = world;
  const { serviceAccount } = intent;
  const named = namedNamespaces(world.role.trustPolicy, { cluster, mechanism, serviceAccount });
  return [...new Set([...named, ...namespacesInUse(mechanism, intent, world)])].filter(
    (name) => couldBeHost(world, name) && (!intent.prune || !isGone(world, name)),
  );
}

function couldBeHost({ controlPlanes, namespaces }: World, namespace: string): boolean {
  return (
    isHostNamespaceName(namespace) ||
    controlPlanesIn(controlPlanes, namespace).length > 0 ||
    namespacesNamed(namespaces, namespace).some((one) => one.controlPlaneName !== undefined)
  );
}

/** Where a running pod gets the role by this mechanism, as far as the trust policy goes. */
function namespacesInUse(mechanism: Identity, intent: Intent, world: World): ReadonlySet<string> {
  const { cluster, role, workloads } = world;
  if (role === undefined) return new Set();
  const { serviceAccount } = intent;
  const isAdmitted = admission(role.trustPolicy, { cluster, mechanism, serviceAccount });
  const used = workloads.pods
    .filter((pod) => isLive(pod) && hasRoleBy(mechanism, pod, intent, world))
    .map((pod) => pod.namespace);
  return new Set([...new Set(used)].filter(isAdmitted));
}

/** A pod that carries both uses IRSA: the AWS SDK looks there first. */
function hasRoleBy(mechanism: Identity, pod: ControllerPod, intent: Intent, world: World): boolean {
  const role = roleArn(intent, world.cluster);
  if (mechanism === 'irsa') return pod.irsaRoleArn === role;
  return (
    pod.podIdentity &&
    pod.irsaRoleArn === undefined &&
    associationsIn(world.associations, pod.namespace).some((one) => one.roleArn === role)
  );
}
