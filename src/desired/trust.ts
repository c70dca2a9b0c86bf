/** The trust policy that the role should have: which namespaces it admits, by which mechanism. */
import type { OwnedRole, TrustScope } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { policySize, union } from '../policy/equivalence.ts';
import { untaggedTrust } from '../policy/trust-documents.ts';
import { holdersOf } from './holders.ts';
import { asksForNoNamespace } from './session-policy.ts';

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
  /** What goes on by the bridge: pods by the other mechanism, or those whose associations have a session policy until they are changed. */
  readonly moves?: 'mechanism' | 'sessions';
}

/** By scope and mechanism, for those who hold the role or keep it; with a bridge while pods or associations move. */
export function desiredTrust(role: OwnedRole, desired: Desired, world: World): DesiredTrust {
  const { admitted, staying, moving } = holdersOf(desired, world);
  const wide = trustBy(desired.mechanism, role.trustScope, admitted, desired, world);
  const withOthers = (scope: TrustScope, others: readonly Host[]): PolicyDocument =>
    others.length === 0 ? wide : union(wide, trustBy(desired.otherMechanism, scope, others, desired, world));
  const final = withOthers('exact', staying);
  const namespaces = admitted.length;
  const untagged = isStillUntagged(desired, world) ? untaggedTrust(world.target) : undefined;
  if (moving.length === 0 && untagged === undefined) return { final, namespaces };
  const scopes = ['exact', role.trustScope] as const;
  const bridge = scopes
    .map((scope) => withOthers(scope, [...staying, ...moving]))
    .map((document) => (untagged === undefined ? document : union(document, untagged)))
    .find((document) => policySize(document) <= world.iam.trustPolicyQuota);
  const moves = moving.length === 0 ? 'sessions' : 'mechanism';
  return { final, namespaces, bridge: bridge ?? 'no-room', moves };
}

/** Where sessions of one carry no tags, no namespace can be asked for, and what would ask for others adds nothing. */
function trustBy(
  mechanism: Mechanism,
  scope: TrustScope,
  hosts: readonly Host[],
  desired: Desired,
  world: World,
): PolicyDocument {
  const { target } = world;
  if (asksForNoNamespace(mechanism, hosts, desired, world)) return untaggedTrust(target);
  const namespaces = hosts.map(({ namespace }) => namespace);
  return mechanism.trust({ target, scope, namespaces, serviceAccount: desired.intent.serviceAccount });
}

/** Until its association is changed, the session policy's pods come without tags. */
function isStillUntagged({ mechanism }: Desired, { placed }: World): boolean {
  return (
    mechanism.usesAssociations &&
    mechanism.sessionPolicy === undefined &&
    placed.some(({ association }) => association?.sessionPolicy !== undefined)
  );
}
