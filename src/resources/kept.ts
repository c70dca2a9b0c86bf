/** Hosts that this run leaves alone and that have the role all the same: shown, so that nobody has to guess. */
import { entitlementOf, liveCarrier } from '../desired/entitlement.ts';
import type { Change } from '../model/change.ts';
import type { Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { associationName, keyOf } from './association-owners.ts';
import { keeping, unmanaged } from './change-maker.ts';
import { isOurs } from './ownership.ts';

export const planKept: Planner = (desired, world) => ({
  changes: world.hosts.flatMap((host): readonly Change[] => {
    const entitlement = entitlementOf(host, desired, world);
    if (entitlement.kind !== 'keeps') return [];
    const isOwnRole = desired.intent.role.kind === 'owned';
    const { associated, trusted } = held(host, world);
    if (associated || (isOwnRole && trusted)) return [shown(host, entitlement.why, world)];
    return [];
  }),
});

interface Held {
  /** By an association of ours. */
  readonly associated: boolean;
  /** By the role's trust policy: named, or admitted by a wildcard while a pod carries the role. */
  readonly trusted: boolean;
}

function held(host: Host, world: World): Held {
  const { association, trusted } = host;
  const answers = Object.values(trusted);
  return {
    associated: association !== undefined && isOurs(association, world.target),
    trusted:
      answers.includes('named') || (answers.includes('admitted') && liveCarrier(host, world) !== undefined),
  };
}

function shown(host: Host, why: string, { target }: World): Change {
  const { association, namespace, isHostNamespace } = host;
  const { host: key } = keyOf(host);
  // Somebody let a namespace in that is no control plane's, and a pod there lives on it: too wide, and not ours to end.
  if (!isHostNamespace && host.state.kind === 'gone') {
    const reason = `namespace ${namespace} is no control plane’s, and its pods carry the role; it is left alone`;
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
  const isAssociated = association !== undefined && isOurs(association, target);
  return keeping({
    id: isAssociated ? `association/${namespace}` : `annotation/${namespace}`,
    host: key,
    target: isAssociated ? associationName(association) : namespace,
    reason: `it keeps the role: ${why}`,
    severity: 'hygiene',
  });
}
