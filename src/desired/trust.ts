/** The trust policy that the role should have: which namespaces it admits, by which mechanism. */
import type { OwnedRole, TrustScope } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { policySize, union } from '../policy/equivalence.ts';
import { holdersOf } from './holders.ts';

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
  const { admitted, staying, moving } = holdersOf(desired, world);
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
