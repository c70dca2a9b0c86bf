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
import { isRestartable } from '../space/pods.ts';
import { holdersOf } from './holders.ts';
import { narrowedBy, narrowedReads, untaggedCondition } from './session-policy.ts';

export interface DesiredAccess {
  /** What the role should be allowed when the run has ended. */
  readonly final: PolicyDocument;
  /** What it should be allowed until pods have moved to the desired mechanism: they read by what is there for the other one. */
  readonly bridge?: PolicyDocument;
  /**
   * What goes on by the bridge: pods that move to the desired mechanism, pods whose sessions get or lose
   * their session policy, or associations that move to another target role.
   */
  readonly moves?: 'mechanism' | 'sessions' | 'target';
  /** How many control planes have a statement of their own. */
  readonly statements: number;
}

export function desiredAccess(desired: Desired, world: World): DesiredAccess {
  const { grants, mechanism, otherMechanism } = desired;
  const actual = world.iam.role?.inlinePolicies[ACCESS_POLICY_NAME];
  const { admitted, staying, moving } = holdersOf(desired, world);
  const narrowed = narrowedBy(mechanism, desired, world);
  const otherNarrowed = narrowedBy(otherMechanism, desired, world);
  const reading = readers(admitted, desired, world);
  const lagging = laggards(desired, world);
  const parts = [
    ...reading
      .filter((host) => !narrowed(host) || lagging.has(host))
      .map((host) => partOf(host, mechanism, desired, world.target, actual)),
    ...staying
      .filter((host) => !otherNarrowed(host))
      .map((host) => partOf(host, otherMechanism, desired, world.target, actual)),
  ];
  const hasNarrowed = reading.some(narrowed) || staying.some(otherNarrowed);
  const wasNarrowed = actual !== undefined && hasUntaggedReads(actual, world.target);
  const wide =
    hasNarrowed || (wasNarrowed && lagging.size > 0) ? [narrowedReads(grants.own, world.target)] : [];
  const own = parts.flatMap(({ reads }) => (reads === undefined ? [] : [reads]));
  const assumes = assumable(desired, world, actual);
  const final = accessPolicy({
    reads: grants.reads,
    byVariable: byVariable(grants, mechanism),
    own: [...wide, ...own],
    assumes,
    kept: parts.flatMap(({ kept }) => kept),
    keys: grants.keys,
  });
  const access = { final, statements: own.length };
  if (actual === undefined) return access;
  const isSessions = mechanism.sessionPolicy !== undefined || wasNarrowed;
  const stranded = world.placed.filter((host) => host.pods.some((pod) => otherMechanism.readsOn(pod, host)));
  const moves = isMove(desired, [...moving, ...stranded], actual, final)
    ? 'mechanism'
    : isSessions && changesSessions(desired, world)
      ? 'sessions'
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

/** Whose pods go on with the sessions that they have, since they are not restarted. */
function laggards(desired: Desired, world: World): ReadonlySet<Host> {
  const isRestarted = ({ deployments }: Host): boolean =>
    desired.intent.restart !== 'never' && deployments.some(isRestartable);
  return new Set(world.placed.filter((host) => !isRestarted(host) && hasOlderSessions(host, desired, world)));
}

/** Whether pods that this run restarts have sessions of another form until then. */
function changesSessions(desired: Desired, world: World): boolean {
  return world.placed.some((host) => hasOlderSessions(host, desired, world));
}

function hasOlderSessions(host: Host, desired: Desired, world: World): boolean {
  const { mechanism } = desired;
  return host.pods.some(
    (pod) =>
      mechanism.podHasRole(pod, host, world.target.roleArn) &&
      mechanism.olderCredentials(pod, host, desired, world) !== undefined,
  );
}

function hasUntaggedReads(document: PolicyDocument, target: Target): boolean {
  const condition = untaggedCondition(target);
  return document.Statement.some((statement) => conditionsEqual(statement.Condition ?? {}, condition));
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
