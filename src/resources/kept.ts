/** Hosts that this run leaves alone and that have the role all the same: shown, so that nobody has to guess. */
import { entitlementOf, liveCarrier } from '../desired/entitlement.ts';
import { livesOn } from '../desired/holders.ts';
import type { Change } from '../model/change.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { associationName, keyOf } from './association-owners.ts';
import { keeping, unmanaged } from './change-maker.ts';
import { isOurs } from '../desired/ownership.ts';

export const planKept: Planner = (desired, world) => ({
  changes: world.hosts.flatMap((host): readonly Change[] => {
    const entitlement = entitlementOf(host, desired, world);
    const isKept = entitlement.kind === 'keeps' && holdsRole(host, desired, world);
    return isKept ? [shown(host, entitlement.why, world)] : [];
  }),
});

/**
 * Whether a host has something of ours: an association, or the trust of a role of this action's, by its name or by a wildcard
 * on which it lives.
 */
export function holdsRole(host: Host, desired: Desired, world: World): boolean {
  const { intent, mechanism, otherMechanism } = desired;
  const { association } = host;
  if (association !== undefined && isOurs(association, world.target)) return true;
  if (intent.role.kind === 'referenced') return false;
  const answers = Object.values(host.trusted);
  if (answers.includes('named')) return true;
  if (!answers.includes('admitted')) return false;
  const isLiving = [mechanism, otherMechanism].some((each) => livesOn(each, host, world));
  return isLiving || liveCarrier(host, world) !== undefined;
}

function shown(host: Host, why: string, { target }: World): Change {
  const { association, namespace, isHostNamespace } = host;
  const { host: key } = keyOf(host);
  const isAssociated = association !== undefined && isOurs(association, target);
  // Somebody let a namespace in that is no control plane's, and a pod there lives on it: too wide, and not ours to end.
  if (!isHostNamespace && !isAssociated && host.state.kind === 'gone') {
    const reason = `namespace ${namespace} is no control plane's, and its pods carry the role; it is left alone`;
    const address = `role/trust-policy/${namespace}`;
    return unmanaged({
      id: 'role/trust-policy',
      address,
      host: key,
      target: target.roleArn,
      reason,
      severity: 'security',
      drift: true,
    });
  }
  return keeping({
    id: isAssociated ? `association/${namespace}` : `annotation/${namespace}`,
    host: key,
    target: isAssociated ? associationName(association) : namespace,
    reason: `it keeps the role: ${why}`,
    severity: 'hygiene',
  });
}
