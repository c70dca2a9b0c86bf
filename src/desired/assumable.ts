/** The roles that sessions of the workload's may go on to, and what the role has to be able to do for that. */
import type { Desired } from '../model/desired.ts';
import type { Expectation } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import type { Assumable } from '../policy/access-policy.ts';
import { accountOf, UNRELATED_NAME } from '../policy/arn.ts';
import { ANY_REQUEST } from '../policy/conditions.ts';
import { evaluate } from '../policy/evaluate.ts';
import { NO_HOST } from '../space/hosts.ts';
import { entitlementOf } from './entitlement.ts';

/** With tags in any case: Pod Identity's go along, and by either mechanism a store may set some (`sessionTags`). */
export const GOING_ON: readonly string[] = ['sts:AssumeRole', 'sts:TagSession'];

/** What the policy should let be assumed when the run has ended. */
export function assumable(desired: Desired, world: World, actual: PolicyDocument | undefined): Assumable {
  const placed = new Set(world.placed);
  const leftAlone = world.hosts.filter(
    (host) => !placed.has(host) && entitlementOf(host, desired, world).kind !== 'loses',
  );
  return {
    roles: [...new Set([...desired.grants.assumes, ...targetsOf(leftAlone, world, actual)])],
    actions: GOING_ON,
  };
}

/** Where associations still go on to, by what the policy lets them, and no longer shall. */
export function formerTargets(
  { roles }: Assumable,
  world: World,
  actual: PolicyDocument | undefined,
): readonly string[] {
  return targetsOf(world.placed, world, actual).filter((arn) => !roles.includes(arn));
}

function targetsOf(
  hosts: readonly Host[],
  { target }: World,
  actual: PolicyDocument | undefined,
): readonly string[] {
  const targets = hosts.flatMap(({ association }) =>
    association?.roleArn === target.roleArn ? (association.targetRoleArn ?? []) : [],
  );
  return [...new Set(targets)].filter((arn) => actual !== undefined && allows(actual, 'sts:AssumeRole', arn));
}

/** Whether sessions of hosts by the other mechanism could no longer go on to a role as they can. */
export function losesRoles(
  { otherMechanism }: Desired,
  actual: PolicyDocument,
  final: PolicyDocument,
): boolean {
  const roles = actual.Statement.flatMap(({ Resource = [] }) => Resource).filter((arn) => ROLE.test(arn));
  return roles.some((arn) =>
    otherMechanism
      .chainActions(NO_HOST)
      .some((action) => allows(actual, action, arn) && !allows(final, action, arn)),
  );
}

const ROLE = /^arn:[^:*?]+:iam::/;

function allows(document: PolicyDocument, action: string, resource: string): boolean {
  return evaluate([document], { action, resource, context: ANY_REQUEST }).decision === 'allowed';
}

/** What the role must be able to do to go on, and on a role that nobody named it must not. */
export function chainExpectations(
  { grants: { assumes }, mechanism, intent: { role } }: Desired,
  { roleAccount, partition }: Target,
): readonly Expectation[] {
  const actions = mechanism.chainActions(NO_HOST);
  const about = (resource: string, where: string, expected: Expectation['expected']) =>
    actions.map((action): Expectation => ({ action, resource, context: {}, where, expected }));
  // Within an account the other role's trust policy may be enough for a role that others make.
  const needed = assumes.filter((arn) => role.kind === 'owned' || accountOf(arn) !== roleAccount);
  const [first] = assumes;
  const nobodys = `arn:${partition}:iam::${first === undefined ? '' : accountOf(first)}:role/${UNRELATED_NAME}`;
  return [
    ...needed.flatMap((arn) => about(arn, `on ${arn}`, 'allowed')),
    ...(role.kind === 'referenced' || first === undefined
      ? []
      : about(nobodys, "on a role that the inputs don't name", 'refused')),
  ];
}
