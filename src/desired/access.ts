/** The access policy that the role should have: what all may read, and what each control plane may read alone. */
import type { Desired } from '../model/desired.ts';
import type { Grants, OwnPrefix } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import { ACCESS_POLICY_NAME, accessPolicy, type OwnReads } from '../policy/access-policy.ts';
import { conditionsEqual, isEquivalent, tellsSessionsApart, union } from '../policy/equivalence.ts';
import { withoutPlaceholders } from '../policy/placeholders.ts';
import { assumable, formerTargets, losesRoles } from './assumable.ts';
import { ownReads, unknownPlaceholders } from './expansions.ts';
import { liveCarrier } from './entitlement.ts';
import { holdersOf } from './holders.ts';

export interface DesiredAccess {
  /** What the role should be allowed when the run has ended. */
  readonly final: PolicyDocument;
  /** What it should be allowed until pods have moved to the desired mechanism: they read by what is there for the other one. */
  readonly bridge?: PolicyDocument;
  /** What goes on by the bridge: pods that move to the desired mechanism, or associations that move to another target role. */
  readonly moves?: 'mechanism' | 'target';
  /** How many control planes have a statement of their own. */
  readonly statements: number;
}

export function desiredAccess(desired: Desired, world: World): DesiredAccess {
  const { grants, mechanism, otherMechanism } = desired;
  const actual = world.iam.role?.inlinePolicies[ACCESS_POLICY_NAME];
  const holders = holdersOf(desired, world);
  const { admitted, staying, moving } = holders;
  const parts = [
    ...readers(admitted, desired, world).map((host) =>
      partOf(host, mechanism, desired, world.target, actual),
    ),
    ...staying.map((host) => partOf(host, otherMechanism, desired, world.target, actual)),
  ];
  const own = parts.flatMap(({ reads }) => (reads === undefined ? [] : [reads]));
  const assumes = assumable(desired, world, holders, actual);
  const final = accessPolicy({
    reads: grants.reads,
    byVariable: byVariable(grants, mechanism),
    own,
    assumes,
    kept: parts.flatMap(({ kept }) => kept),
    keys: grants.keys,
  });
  const access = { final, statements: own.length };
  if (actual === undefined) return access;
  const moves = isMove(desired, moving, actual, final)
    ? 'mechanism'
    : formerTargets(assumes, world, actual).length > 0
      ? 'target'
      : undefined;
  const bridge = union(actual, final);
  return moves === undefined || isEquivalent(bridge, final) ? access : { ...access, bridge, moves };
}

/** What is the same for all sessions is the same by either mechanism, but for the tags that they take on to another role. */
function isMove(
  desired: Desired,
  moving: readonly Host[],
  actual: PolicyDocument,
  final: PolicyDocument,
): boolean {
  if (moving.length === 0) return false;
  return desired.grants.own.length > 0 || tellsSessionsApart(actual) || losesRoles(desired, actual, final);
}

/**
 * Whom the trust policy names reads; where it lets in any host namespace, every control plane of the Space does, selected or
 * not: what it is asked by then changes with no run.
 */
function readers(admitted: readonly Host[], desired: Desired, world: World): readonly Host[] {
  const { role } = desired.intent;
  if (role.kind === 'referenced' || role.trustScope === 'exact') return admitted;
  return world.hosts.filter(
    (host) => host.namespace !== '' && (host.state.kind !== 'gone' || liveCarrier(host, world) !== undefined),
  );
}

/** What a statement of one control plane is made of, or the statements that stay since its prefixes can't be written out. */
interface Part {
  readonly reads?: OwnReads;
  readonly kept: readonly Statement[];
}

function partOf(
  host: Host,
  mechanism: Mechanism,
  { grants, intent }: Desired,
  target: Target,
  actual: PolicyDocument | undefined,
): Part {
  const condition = mechanism.sessionCondition(host.namespace, intent.serviceAccount, target);
  const isKnown = unknownPlaceholders(grants, host).length === 0;
  if (!isKnown && host.state.kind !== 'served') {
    const kept = (actual?.Statement ?? []).filter((statement) =>
      conditionsEqual(statement.Condition ?? {}, condition),
    );
    return { kept };
  }
  const reads = ownReads(grants, host).filter(({ of }) => !isByVariable(of, mechanism));
  return reads.length === 0 ? { kept: [] } : { reads: { reads, condition }, kept: [] };
}

/** Where the namespace is all that is asked for, and the session tells it: one statement for any number. */
function isByVariable({ placeholders }: OwnPrefix, { namespaceVariable }: Mechanism): boolean {
  return namespaceVariable !== undefined && placeholders.every((name) => name === 'namespace');
}

function byVariable({ own }: Grants, mechanism: Mechanism): readonly OwnPrefix[] {
  const { namespaceVariable: variable = '' } = mechanism;
  return own
    .filter((prefix) => isByVariable(prefix, mechanism))
    .map((prefix) => ({ ...prefix, resource: withoutPlaceholders(prefix.resource, variable) }));
}
