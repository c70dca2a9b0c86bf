/** EKS Pod Identity associations: one per host namespace, updated in place, and none of ours where they are not desired. */
import { entitlementOf } from '../desired/entitlement.ts';
import type { Change } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Desired, Planner, Proposal } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { Association, World } from '../model/world.ts';
import type { CreateAssociation } from '../model/write.ts';
import { sameSessionPolicy } from '../policy/session-policy.ts';
import { associationsTooMany } from './association-quota.ts';
import { roleThatEksRefuses } from './association-role.ts';
import { alteredByOthers, keyOf, associationName, narrowedByOthers, notOurs } from './association-owners.ts';
import { makeChange, unmanaged } from './change-maker.ts';
import { isAdoptable, isOurs, missingAssociationTags, ownershipTags } from '../desired/ownership.ts';

/** Pod Identity: every placed host has one that points to the role. */
export const planAssociations: Planner = (desired, world) => {
  const proposals = world.placed.map((host) => planFor(host, desired, world));
  const { changes, blockers } = withPruned(proposals, desired, world);
  return {
    changes,
    blockers: [
      ...blockers,
      ...roleThatEksRefuses(changes, desired, world),
      ...associationsTooMany(changes, world),
    ],
  };
};

/** IRSA: an association wins over the annotation in EKS's webhook, so it has to go. */
export const planNoAssociations: Planner = (desired, world) =>
  withPruned(
    world.placed.map((host) => notDesired(host, desired, world)),
    desired,
    world,
  );

export const removeAssociations: Planner = (_desired, { hosts, target }) => ({
  changes: hosts.flatMap((host): readonly Change[] => {
    const { association } = host;
    if (association === undefined) return [];
    if (isOurs(association, target))
      return [removal(host, association, target, 'this action made it for this cluster')];
    const reason = "it does not carry this action's mark";
    return [unmanaged({ ...keyOf(host), target: associationName(association), reason, severity: 'hygiene' })];
  }),
});

function withPruned(
  proposals: readonly Proposal[],
  desired: Desired,
  world: World,
): Required<Pick<Proposal, 'changes' | 'blockers'>> {
  return {
    changes: [
      ...proposals.flatMap(({ changes }) => changes),
      ...world.hosts.flatMap((host) => pruned(host, desired, world)),
    ],
    blockers: proposals.flatMap(({ blockers }) => blockers ?? []),
  };
}

function pruned(host: Host, desired: Desired, world: World): readonly Change[] {
  const { association } = host;
  if (association === undefined || !isOurs(association, world.target)) return [];
  const entitlement = entitlementOf(host, desired, world);
  if (entitlement.kind !== 'loses') return [];
  return [removal(host, association, world.target, `its control plane is gone: ${entitlement.why}`)];
}

function planFor(host: Host, desired: Desired, { target }: World): Proposal {
  const { intent } = desired;
  const { association, namespace } = host;
  const tags = ownershipTags(target, intent.tags);
  const { serviceAccount } = intent;
  const { clusterName, roleArn } = target;
  const sessionPolicy = desired.mechanism.sessionPolicy?.(host, desired);
  const roles = rolesOf({ roleArn, targetRoleArn: intent.targetRoleArn, sessionPolicy });
  const spec = { clusterName, namespace, serviceAccount, ...roles, tags };
  if (association === undefined) {
    const creation = makeChange(
      {
        ...keyOf(host),
        action: 'create',
        target: `${namespace}/${serviceAccount}`,
        reason: 'the service account has no association yet',
        effect: effectOf(intent.targetRoleArn),
        after: roles,
        severity: 'security',
      },
      { op: 'create-association', ...spec },
    );
    return { changes: [creation] };
  }
  const problem = whatIsWrong(association, host, desired, target);
  if (!isOurs(association, target) && !isAdoptable(association, intent))
    return notOurs(host, association, problem, 'point it to our role');
  const altered = alteredByOthers(host, association);
  const missing = missingAssociationTags(tags, association.tags);
  if (problem === '' && Object.keys(missing).length === 0) return { changes: altered };
  if (problem !== '' && association.hasPolicy)
    return { changes: altered, blockers: [narrowedByOthers(host, association, problem)] };
  const disableSessionTags = sessionPolicy !== undefined || staysUntagged(association, intent);
  const update = makeChange(
    {
      ...keyOf(host),
      action: 'update',
      target: associationName(association),
      reason: problem === '' ? 'tags are missing or differ' : problem,
      before: {
        ...rolesOf(association),
        sessionTagsOff: association.disableSessionTags,
        tags: association.tags,
      },
      after: { ...roles, sessionTagsOff: disableSessionTags, tags: { ...association.tags, ...missing } },
      effect: association.targetRoleArn === intent.targetRoleArn ? '' : effectOf(intent.targetRoleArn),
      severity: severityOf(association, problem, roles),
    },
    {
      op: 'update-association',
      ...spec,
      associationId: association.id,
      associationArn: association.arn,
      disableSessionTags,
      replaces: { ...rolesOf(association), tags: association.tags },
    },
  );
  return { changes: [update, ...altered] };
}

/** Where the role is made elsewhere, somebody's session policy is its own business, and so is whether sessions carry tags. */
function staysUntagged(
  { hasPolicy, disableSessionTags, sessionPolicy }: Association,
  { role }: Intent,
): boolean {
  return hasPolicy || (role.kind === 'referenced' && disableSessionTags && sessionPolicy === undefined);
}

/** What keeps an association from doing its work, in words; empty when nothing does. */
export function whatIsWrong(
  association: Association,
  host: Host,
  desired: Pick<Desired, 'grants' | 'mechanism' | 'intent'>,
  { roleArn }: Pick<Target, 'roleArn'>,
): string {
  const { role, targetRoleArn } = desired.intent;
  const sessionPolicy = desired.mechanism.sessionPolicy?.(host, desired);
  if (association.roleArn !== roleArn) return 'it points to another role';
  if (association.targetRoleArn !== targetRoleArn)
    return association.targetRoleArn === undefined
      ? 'it does not go on to the target role'
      : "it goes on to a target role that the inputs don't name";
  const problem = sessionPolicyProblem(association.sessionPolicy, sessionPolicy);
  if (problem !== '' || role.kind === 'referenced') return problem;
  // The trust policy that this action writes names the namespace by a session tag, but with session policies.
  if (association.disableSessionTags && sessionPolicy === undefined)
    return 'its session tags are off, and the trust policy needs them';
  return !association.disableSessionTags && sessionPolicy !== undefined ? 'its session tags are on' : '';
}

function sessionPolicyProblem(
  actual: PolicyDocument | undefined,
  wanted: PolicyDocument | undefined,
): string {
  if (sameSessionPolicy(actual, wanted)) return '';
  if (actual === undefined) return 'it has no session policy yet';
  return wanted === undefined
    ? 'it has a session policy of `isolate-by: session-policy`'
    : 'its session policy grants something else than the inputs ask for';
}

type Roles = Pick<CreateAssociation, 'roleArn' | 'targetRoleArn' | 'sessionPolicy'>;

function rolesOf({
  roleArn,
  targetRoleArn,
  sessionPolicy,
}: {
  readonly [K in keyof Required<Roles>]?: Roles[K] | undefined;
} & Pick<Roles, 'roleArn'>): Roles {
  return {
    roleArn,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    ...(sessionPolicy !== undefined && { sessionPolicy }),
  };
}

function effectOf(targetRoleArn: string | undefined): string {
  return targetRoleArn === undefined
    ? ''
    : `pods get what ${targetRoleArn} may, in the place of the role's own`;
}

function severityOf(association: Association, problem: string, roles: Roles): Change['severity'] {
  const isSame = association.roleArn === roles.roleArn && association.targetRoleArn === roles.targetRoleArn;
  if (!isSame || !sameSessionPolicy(association.sessionPolicy, roles.sessionPolicy)) return 'security';
  return problem === '' ? 'hygiene' : 'availability';
}

function notDesired(host: Host, { intent }: Desired, { target }: World): Proposal {
  const { association } = host;
  if (association === undefined) return { changes: [] };
  const reason = 'IRSA is wanted, and an association wins over the annotation';
  if (isOurs(association, target) || isAdoptable(association, intent))
    return { changes: [removal(host, association, target, reason)] };
  return notOurs(host, association, reason, 'remove it');
}

function removal(host: Host, association: Association, target: Target, reason: string): Change {
  return removalOf(association, target, { ...keyOf(host), reason });
}

type RemovalDraft = Pick<Change, 'id' | 'reason'> & Partial<Pick<Change, 'address' | 'host' | 'effect'>>;

/** Deletes an association, as it was planned on. */
export function removalOf(association: Association, target: Target, draft: RemovalDraft): Change {
  const { namespace, serviceAccount, tags, id } = association;
  const before = { ...rolesOf(association), tags };
  return makeChange(
    {
      ...draft,
      action: 'delete',
      target: associationName(association),
      before,
      severity: 'security',
    },
    {
      op: 'delete-association',
      clusterName: target.clusterName,
      namespace,
      serviceAccount,
      associationId: id,
      replaces: before,
    },
  );
}
