/** Which hosts the role is for, by which mechanism: what its trust policy and its access policy are made for. */
import type { Desired } from '../model/desired.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { World } from '../model/world.ts';
import { isReplaceable } from '../space/pods.ts';
import { entitlementOf } from './entitlement.ts';

export interface Holders {
  /** Hosts with the role by the desired mechanism: the selected ones, and those that keep what they have. */
  readonly admitted: readonly Host[];
  /** Hosts with the role by the other mechanism that stay with it. */
  readonly staying: readonly Host[];
  /** Hosts with the role by the other mechanism until their pods have moved. */
  readonly moving: readonly Host[];
}

/** Who has the role, in the three groups; also hosts that keep it although this run does not serve them. */
export function holdersOf(desired: Desired, world: World): Holders {
  const admitted = [...new Set([...world.placed, ...leftAlone(desired.mechanism, desired, world)])];
  return { admitted, ...byOtherMechanism(desired, world) };
}

/**
 * Who has the role by the other mechanism: control planes that this run leaves alone or may not restart go on with it, and the
 * pods of the rest move during the run.
 */
function byOtherMechanism(
  desired: Desired,
  world: World,
): { readonly staying: readonly Host[]; readonly moving: readonly Host[] } {
  const { intent, otherMechanism } = desired;
  // Without a restart a pod goes on with IRSA; Pod Identity ends in any case, with the association.
  const moves = (host: Host): boolean =>
    otherMechanism.endsWithoutRestart ||
    (intent.restart !== 'never' && holdersAmong(otherMechanism, host, world).every(isReplaced(host)));
  const placed = new Set(world.placed);
  const using = world.placed.filter((host) => hasRoleBy(otherMechanism, host, world));
  const unselected = leftAlone(otherMechanism, desired, world).filter((host) => !placed.has(host));
  return {
    staying: [...unselected, ...using.filter((host) => !moves(host))],
    moving: using.filter(moves),
  };
}

/** Hosts that keep the trust which they have by a mechanism: named, or admitted by a wildcard and living on it. */
function leftAlone(mechanism: Mechanism, desired: Desired, world: World): readonly Host[] {
  return world.hosts.filter(
    (host) =>
      entitlementOf(host, desired, world).kind !== 'loses' &&
      (host.trusted[mechanism.identity] === 'named' || livesOn(mechanism, host, world)),
  );
}

/**
 * Whether the trust policy admits its pods by this mechanism, and there is one, or the next one would get the role: a controller
 * that runs no pod at this moment, since it is scaled down or its node is being replaced, has not given it up.
 */
export function livesOn(mechanism: Mechanism, host: Host, world: World): boolean {
  const isNext = host.trusted[mechanism.identity] !== 'no' && mechanism.givesRole(host, world.target.roleArn);
  return isNext || hasRoleBy(mechanism, host, world);
}

const isReplaced =
  (host: Host) =>
  (pod: ControllerPod): boolean =>
    isReplaceable(pod, host);

/** Whether a running pod gets the role by this mechanism, and the trust policy admits it. */
function hasRoleBy(mechanism: Mechanism, host: Host, world: World): boolean {
  return host.trusted[mechanism.identity] !== 'no' && holdersAmong(mechanism, host, world).length > 0;
}

/** The pods of a host that get the role by this mechanism. */
function holdersAmong(mechanism: Mechanism, host: Host, { target }: World): readonly ControllerPod[] {
  return host.pods.filter((pod) => mechanism.podHasRole(pod, host, target.roleArn));
}
