/** The session policy of a control plane's association: all that its sessions may do with the role. */
import type { Desired } from '../model/desired.ts';
import type { Grant, OwnPrefix } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { ConditionBlock, PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import { type OwnReads, sessionPolicy } from '../policy/access-policy.ts';
import { issuerPath } from '../policy/arn.ts';
import { withoutPlaceholders } from '../policy/placeholders.ts';
import { GOING_ON } from './assumable.ts';
import { ownReads } from './expansions.ts';
import { isChangeable } from './ownership.ts';

/** What the host may read, its keys, and the roles to go on to; the same for all attempts. */
export function sessionPolicyOf(host: Host, { grants }: Pick<Desired, 'grants'>): PolicyDocument {
  const reads: readonly Grant[] = [...grants.reads, ...ownReads(grants, host)];
  return sessionPolicy(reads, {
    keys: grants.keys,
    assumes: { roles: grants.assumes, actions: GOING_ON },
  });
}

/**
 * Whether a host's sessions by Pod Identity are narrowed by a session policy of this action's and carry no tags: as this run makes
 * it for those whose association it makes or may change, as it is for the others.
 */
export function narrowedBy(mechanism: Mechanism, desired: Desired, world: World): (host: Host) => boolean {
  if (!mechanism.usesAssociations) return () => false;
  const isMade = ({ association }: Host): boolean =>
    association === undefined || isChangeable(association, desired.intent, world.target);
  const made = new Set(mechanism === desired.mechanism ? world.placed.filter(isMade) : []);
  return (host) => (made.has(host) ? mechanism.sessionPolicy : host.association?.sessionPolicy) !== undefined;
}

/** Whether a trust policy for these hosts can ask for no namespace, since sessions of one carry no tags: it lets in every association. */
export function asksForNoNamespace(
  mechanism: Mechanism,
  hosts: readonly Host[],
  desired: Desired,
  world: World,
): boolean {
  return mechanism.sessionPolicy !== undefined || hosts.some(narrowedBy(mechanism, desired, world));
}

/** No session by tags and none by a token of the cluster has it: what is narrowed by a session policy is left. */
export function untaggedCondition({ issuer }: Target): ConditionBlock {
  const subject = issuer === '' ? {} : { [`${issuerPath(issuer)}:sub`]: 'true' };
  return { Null: { 'aws:PrincipalTag/kubernetes-namespace': 'true', ...subject } };
}

/** What the role's policy lets narrowed sessions read: whatever any of them may. */
export function narrowedReads(own: readonly OwnPrefix[], target: Target): OwnReads {
  const reads = own.map((prefix) => ({ ...prefix, resource: withoutPlaceholders(prefix.resource, '*') }));
  return { reads, condition: untaggedCondition(target) };
}
