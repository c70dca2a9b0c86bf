/** The access policy that the role should have: what all may read, and what each control plane may read alone. */
import type { Desired } from '../model/desired.ts';
import type { Grants, OwnPrefix } from '../model/grant.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import { ACCESS_POLICY_NAME, accessPolicy, type OwnReads } from '../policy/access-policy.ts';
import { conditionsEqual, isEquivalent, union } from '../policy/equivalence.ts';
import { withoutPlaceholders } from '../policy/placeholders.ts';
import { isReplaceable } from '../space/pods.ts';
import { type AccessMove, hasUntaggedReads, movesBetween, withOlderSessions } from './access-moves.ts';
import { assumable } from './assumable.ts';
import { entitlementOf, liveCarrier } from './entitlement.ts';
import { ownReads, unknownPlaceholders } from './expansions.ts';
import { type Holders, holdersOf } from './holders.ts';
import { asksForNoNamespace, narrowedBy, narrowedReads } from './session-policy.ts';

export interface DesiredAccess {
  /** What the role should be allowed when the run has ended. */
  readonly final: PolicyDocument;
  /** What it should be allowed until pods have moved to the desired mechanism: they read by what is there for the other one. */
  readonly bridge?: PolicyDocument;
  /** What goes on by the bridge. */
  readonly moves?: AccessMove;
  /** How many control planes have a statement of their own. */
  readonly statements: number;
}

/** By grants and mechanism, for those who hold the role or keep it; with a bridge while pods still read by the actual policy. */
export function desiredAccess(desired: Desired, world: World): DesiredAccess {
  const { grants, mechanism } = desired;
  const actual = world.iam.role?.inlinePolicies[ACCESS_POLICY_NAME];
  const holders = holdersOf(desired, world);
  const readers = readersOf(holders, desired, world, actual);
  const parts = readers.each.map(([host, by]) => partOf(host, by, desired, world.target, actual));
  const own = parts.flatMap(({ reads }) => (reads === undefined ? [] : [reads]));
  const assumes = assumable(desired, world, actual);
  const final = accessPolicy({
    reads: grants.reads,
    byVariable: byVariable(grants, mechanism),
    own: [...narrowedOnes(readers, desired, world), ...own],
    assumes,
    kept: parts.flatMap(({ kept }) => kept),
    keys: grants.keys,
  });
  const access = { final, statements: own.length };
  if (actual === undefined) return access;
  const moves = movesBetween(actual, final, { desired, world, moving: holders.moving, assumes });
  const bridge = union(actual, final);
  return moves === undefined || isEquivalent(bridge, final) ? access : { ...access, bridge, moves };
}

/** IAM takes no statement about nothing: without prefixes of their own, narrowed sessions read what all may. */
function narrowedOnes({ hasNarrowed }: Readers, { grants }: Desired, { target }: World): readonly OwnReads[] {
  return hasNarrowed && grants.own.length > 0 ? [narrowedReads(grants.own, target)] : [];
}

/** Who reads by the access policy. */
interface Readers {
  /** Each needs a statement of its own; the mechanism says by what the policy knows its sessions. */
  readonly each: readonly (readonly [Host, Mechanism])[];
  /** There are sessions that a session policy narrows: these need whatever any of them may read. */
  readonly hasNarrowed: boolean;
}

function readersOf(
  { admitted, staying }: Holders,
  desired: Desired,
  world: World,
  actual: PolicyDocument | undefined,
): Readers {
  const { mechanism, otherMechanism } = desired;
  const isNarrowed = narrowedBy(mechanism, desired, world);
  const isNarrowedByOther = narrowedBy(otherMechanism, desired, world);
  const reading = readingHosts(admitted, desired, world);
  const going = withLetIn(staying, otherMechanism, desired, world);
  const withOldSessions = notRestarted(desired, world);
  const isStillNarrowed =
    withOldSessions.size > 0 && actual !== undefined && hasUntaggedReads(actual, world.target);
  return {
    each: [
      ...reading
        .filter((host) => !isNarrowed(host) || withOldSessions.has(host))
        .map((host) => [host, mechanism] as const),
      ...going.filter((host) => !isNarrowedByOther(host)).map((host) => [host, otherMechanism] as const),
    ],
    hasNarrowed: reading.some(isNarrowed) || going.some(isNarrowedByOther) || isStillNarrowed,
  };
}

/**
 * Whom the trust policy names reads; where it lets in any host namespace, every control plane of the Space does, selected or
 * not: what it is asked by then changes with no run.
 */
function readingHosts(admitted: readonly Host[], desired: Desired, world: World): readonly Host[] {
  const { role } = desired.intent;
  if (role.kind === 'referenced' || role.trustScope === 'exact')
    return withLetIn(admitted, desired.mechanism, desired, world);
  return world.hosts.filter(
    (host) => host.namespace !== '' && (host.state.kind !== 'gone' || liveCarrier(host, world) !== undefined),
  );
}

/**
 * These; but where the trust policy for them lets in every association, of those that this run does not serve the ones that keep an
 * association, or live on one that is gone. Whom the policy named before can't be told from it afterwards.
 */
function withLetIn(
  hosts: readonly Host[],
  mechanism: Mechanism,
  desired: Desired,
  world: World,
): readonly Host[] {
  if (!asksForNoNamespace(mechanism, hosts, desired, world)) return hosts;
  const placed = new Set(world.placed);
  const isLetIn = (host: Host): boolean =>
    mechanism.givesRole(host, world.target.roleArn) || host.pods.some((pod) => mechanism.readsOn(pod, host));
  const letIn = world.hosts.filter(
    (host) => isLetIn(host) && entitlementOf(host, desired, world).kind === 'keeps',
  );
  return [...hosts.filter((host) => placed.has(host)), ...letIn];
}

/** Hosts whose pods go on with sessions of another form, since this run does not restart them. */
function notRestarted(desired: Desired, world: World): ReadonlySet<Host> {
  const isReplaced = (pod: ControllerPod, host: Host): boolean =>
    desired.intent.restart !== 'never' && isReplaceable(pod, host);
  return new Set(
    world.placed.filter((host) =>
      withOlderSessions(host, desired, world).some((pod) => !isReplaced(pod, host)),
    ),
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
  { grants, intent, mechanism: desired }: Desired,
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
  // Those that stay with the other mechanism are written out: a session without the variable can't be told from it.
  const isWrittenOut = mechanism !== desired;
  const reads = ownReads(grants, host).filter(({ of }) => isWrittenOut || !isByVariable(of, mechanism));
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
