/** The workload's IAM role: made, tagged and deleted here; its policies and its boundary have files of their own. */
import { desiredTrust } from '../desired/trust.ts';
import type { Change } from '../model/change.ts';
import type { Intent, OwnedRole } from '../model/config.ts';
import type { Desired, Planner, Proposal } from '../model/desired.ts';
import type { Target } from '../model/target.ts';
import type { Role, World } from '../model/world.ts';
import { ACCESS_POLICY_NAME } from '../policy/access-policy.ts';
import { makeChange, NOTHING, unmanaged } from './change-maker.ts';
import { opennessOf } from './openness.ts';
import { missingTags, ownerOf, ownershipTags } from '../desired/ownership.ts';

export const planRole: Planner = (desired, world) => {
  const { intent } = desired;
  const { iam, target } = world;
  if (intent.role.kind === 'referenced') return missingReference(desired, world);
  if (iam.role === undefined) return { changes: [creation(intent.role, desired, world)] };
  if (!isWritable(intent, iam.role, target)) return notOurs(intent.role, iam.role, target);
  return { changes: unmanagedPolicies(iam.role) };
};

export const removeRole: Planner = ({ intent }, { iam: { role }, target }) => {
  if (intent.role.kind === 'referenced' || role === undefined) return NOTHING;
  if (ownerOf(role.tags, target) !== 'ours') {
    const reason = "it does not carry this action's mark";
    return { changes: [unmanaged({ id: 'role', target: role.arn, reason, severity: 'hygiene' })] };
  }
  return deletionOf(role, 'this action made it for this cluster', 'role');
};

/** Deletes a role of ours, unless others have put policies on it: then these are shown, and it stays. */
export function deletionOf(role: Role, reason: string, address: string): Proposal {
  const policies = unmanagedPolicies(role);
  if (policies.length > 0)
    return {
      changes: policies,
      warnings: [
        `${role.arn} is not deleted, because others have put policies on it: take them off, then run again`,
      ],
    };
  const removal = makeChange(
    {
      id: 'role',
      address,
      action: 'delete',
      target: role.arn,
      reason,
      before: { trustPolicy: role.trustPolicy, policies: Object.keys(role.inlinePolicies) },
      severity: 'security',
    },
    { op: 'delete-role', roleName: role.name, tags: role.tags, trustPolicy: role.trustPolicy },
  );
  return { changes: [removal] };
}

/**
 * Whether this action may make or write the role: none of this name exists yet, it is ours, or nobody's and the user said
 * `adopt: true`.
 */
export function isWritable(
  { role: desired, adopt }: Intent,
  actual: Role | undefined,
  target: Target,
): boolean {
  if (desired.kind === 'referenced') return false;
  if (actual === undefined) return true;
  const owner = ownerOf(actual.tags, target);
  return actual.path === desired.path && (owner === 'ours' || (owner === 'unmanaged' && adopt));
}

/** IAM makes no role without its trust policy: the one write carries both. */
function creation(role: OwnedRole, desired: Desired, world: World): Change {
  const { name, path, permissionsBoundary } = role;
  const trust = desiredTrust(role, desired, world);
  const spec = {
    name,
    path,
    tags: ownershipTags(world.target, desired.intent.tags),
    trustPolicy: trust.final,
    ...(permissionsBoundary !== undefined && { permissionsBoundary }),
  };
  return makeChange(
    {
      id: 'role',
      action: 'create',
      target: world.target.roleArn,
      reason: "the workload's role does not exist",
      effect: opennessOf(trust, world),
      after: spec,
      severity: 'security',
    },
    { op: 'create-role', ...spec },
  );
}

function notOurs({ path }: OwnedRole, actual: Role, target: Target): Proposal {
  const owner = ownerOf(actual.tags, target);
  const otherPath = actual.path !== path;
  const message = otherPath
    ? `a role of this name exists under the path \`${actual.path}\`, and names are unique whatever the path`
    : owner === 'another-cluster'
      ? 'this action made it for another cluster'
      : "a role of this name exists and does not carry this action's mark";
  const next = otherPath
    ? 'Choose another `role-name`, or the `role-path` that it has.'
    : owner === 'unmanaged'
      ? 'Set `adopt: true` to take it over, `role-arn` to only refer to it, or another `role-name`.'
      : 'Choose another `role-name`: a role belongs to one cluster.';
  return {
    changes: [unmanaged({ id: 'role', target: actual.arn, reason: message, severity: 'security' })],
    blockers: [{ reason: 'not-owned', target: actual.arn, message, next }],
  };
}

/** A role of another account can't be read from here; with IRSA it may work all the same, with Pod Identity it can't. */
function missingReference({ mechanism }: Desired, { iam, target }: World): Proposal {
  const { roleArn, roleElsewhere } = target;
  if (iam.role?.arn === roleArn) return NOTHING;
  if (roleElsewhere && mechanism.takesRolesOfOtherAccounts) {
    const warning = `${roleArn} is in another account: its trust and permissions could not be looked at`;
    return { changes: [], warnings: [warning] };
  }
  const message = roleElsewhere
    ? `the role is in another account, and ${mechanism.name} takes roles of the cluster's account only`
    : 'the role of `role-arn` was not found in this account';
  const next = roleElsewhere
    ? "Use a role of the cluster's account, or IRSA."
    : 'Check the ARN, its path included.';
  return { changes: [], blockers: [{ reason: 'invalid-input', target: roleArn, message, next }] };
}

/** Policies on our role that are not this action's: they widen or narrow it behind the plan's back. */
function unmanagedPolicies({ arn, inlinePolicies, attachedPolicies }: Role): readonly Change[] {
  const inline = Object.keys(inlinePolicies).filter((name) => name !== ACCESS_POLICY_NAME);
  return [
    ...inline.map((name) => unmanagedPolicy(name, arn, 'put on the role')),
    ...attachedPolicies.map((attached) =>
      unmanagedPolicy(attached.slice(attached.lastIndexOf('/') + 1), attached, 'attached to the role'),
    ),
  ];
}

function unmanagedPolicy(name: string, target: string, how: string): Change {
  return unmanaged({
    id: `role/foreign-policy/${name}`,
    // Managed policies of other paths and accounts may share a name.
    address: `role/foreign-policy/${name} ${target}`,
    target,
    reason: `${how} by someone else; it is left alone`,
    severity: 'security',
    drift: true,
  });
}

export const planRoleTags: Planner = ({ intent }, { iam: { role }, target }) => {
  if (role === undefined || !isWritable(intent, role, target)) return NOTHING;
  const missing = missingTags(ownershipTags(target, intent.tags), role.tags);
  if (Object.keys(missing).length === 0) return NOTHING;
  const isAdopted = ownerOf(role.tags, target) !== 'ours';
  const change = makeChange(
    {
      id: 'role/tags',
      action: 'update',
      target: role.arn,
      reason: isAdopted ? '`adopt: true` takes over the role made elsewhere' : 'tags are missing or differ',
      before: role.tags,
      after: { ...role.tags, ...missing },
      severity: 'hygiene',
    },
    { op: 'tag-role', roleName: role.name, tags: missing, replaces: role.tags },
  );
  return { changes: [change] };
};
