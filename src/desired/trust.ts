/** The trust policy that the role should have: which namespaces it admits, by which mechanism. */
import type { OwnedRole, TrustScope } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { policySize, union } from '../policy/equivalence.ts';
import { entitlementOf } from './entitlement.ts';
import { isRestartable } from '../space/pods.ts';

export interface DesiredTrust {
  /** What the role should trust when the run has ended. */
  readonly final: PolicyDocument;
  /** How many namespaces the desired mechanism admits by it. */
  readonly namespaces: number;
  /**
   * What it should trust until the pods have moved to the desired mechanism: the narrowest document that fits the quota.
   * Absent when no running pod has to move; `no-room` when nothing fits.
   */
  readonly bridge?: PolicyDocument | 'no-room';
}

export function desiredTrust(role: OwnedRole, desired: Desired, world: World): DesiredTrust {
  const { staying, moving } = byOtherMechanism(desired, world);
  const admitted = unique([...world.placed, ...leftAlone(desired.mechanism, desired, world)]);
  const wide = trustBy(desired.mechanism, role.trustScope, admitted, desired, world);
  const withOthers = (scope: TrustScope, others: readonly Host[]): PolicyDocument =>
    others.length === 0 ? wide : union(wide, trustBy(desired.otherMechanism, scope, others, desired, world));
  const final = withOthers('exact', staying);
  const namespaces = admitted.length;
  if (moving.length === 0) return { final, namespaces };
  const scopes = ['exact', role.trustScope] as const;
  const bridge = scopes
    .map((scope) => withOthers(scope, [...staying, ...moving]))
    .find((document) => policySize(document) <= world.iam.trustPolicyQuota);
  return { final, namespaces, bridge: bridge ?? 'no-room' };
}

function unique(hosts: readonly Host[]): readonly Host[] {
  return [...new Set(hosts)];
}

function trustBy(
  mechanism: Mechanism,
  scope: TrustScope,
  hosts: readonly Host[],
  { intent }: Desired,
  { target }: World,
): PolicyDocument {
  const namespaces = hosts.map(({ namespace }) => namespace);
  return mechanism.trust({ target, scope, namespaces, serviceAccount: intent.serviceAccount });
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
  const moves = ({ deployments }: Host): boolean =>
    otherMechanism.endsWithoutRestart || (intent.restart !== 'never' && deployments.some(isRestartable));
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

/** Whether a running pod gets the role by this mechanism, and the trust policy admits it. */
function hasRoleBy(mechanism: Mechanism, host: Host, { target }: World): boolean {
  return (
    host.trusted[mechanism.identity] !== 'no' &&
    host.pods.some((pod) => mechanism.podHasRole(pod, host, target.roleArn))
  );
}
