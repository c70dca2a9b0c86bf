/** The trust policy that the role should have: which namespaces it names, by which mechanism. */
import type { Intent, OwnedRole } from '../model/config.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { irsaTrust, isHostNamespaceName, podIdentityTrust, trustedNamespaces } from '../policy/trust.ts';
import { isGone, targets } from '../space/targets.ts';

/**
 * The namespaces of the selected control planes, and those already trusted that this run must leave alone: of control planes
 * that are not selected, and, with `prune: false`, of those that are gone. A namespace that never was a control plane's is
 * not kept: that is how a trust policy widened by hand shows.
 */
export function wantedNamespaces(intent: Intent, world: World): readonly string[] {
  const selected = targets(world).map((target) => target.namespace);
  const there =
    world.role === undefined ? [] : trustedNamespaces(world.role.trustPolicy, intent.serviceAccount);
  const kept = there.filter((name) => couldBeHost(world, name) && (!intent.prune || !isGone(world, name)));
  return [...new Set([...selected, ...kept])].toSorted();
}

function couldBeHost(world: World, namespace: string): boolean {
  return (
    isHostNamespaceName(namespace) ||
    world.controlPlanes.some((one) => one.namespace === namespace) ||
    world.namespaces.some((one) => one.name === namespace && one.controlPlaneName !== undefined)
  );
}

export function wantedTrust(role: OwnedRole, intent: Intent, world: World): PolicyDocument {
  const trusted = {
    cluster: world.cluster,
    scope: role.trustScope,
    namespaces: wantedNamespaces(intent, world),
    serviceAccount: intent.serviceAccount,
  };
  switch (intent.identity) {
    case 'irsa':
      return irsaTrust(trusted, world.cluster.issuer ?? '');
    case 'pod-identity':
      return podIdentityTrust(trusted);
  }
}
