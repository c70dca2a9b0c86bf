/** The workload's IAM role: made, tagged and bounded here; its trust and access policies have files of their own. */
import type { ChangeOf } from '../model/change.ts';
import type { Intent, OwnedRole } from '../model/config.ts';
import type { Role, World } from '../model/world.ts';
import { accountOf, roleArn } from '../policy/arn.ts';
import { ACCESS_POLICY_NAME } from '../policy/access.ts';
import { each } from './outcomes.ts';
import { marked, missingTags, ownerOf } from './ownership.ts';
import { change, foreign, NOTHING, type Proposal, type Resource } from './resource.ts';
import { wantedTrust } from './wanted-trust.ts';

export const role: Resource<'role'> = {
  plan(intent, world) {
    if (intent.role.kind === 'referenced') return missingReference(intent, world);
    if (world.role === undefined) return { changes: [creation(intent.role, intent, world)] };
    if (!mayWrite(intent, world)) return notOurs(intent.role, world.role, world);
    return { changes: foreignPolicies(world.role) };
  },

  remove(intent, world) {
    if (intent.role.kind === 'referenced' || world.role === undefined) return NOTHING;
    const { arn, name } = world.role;
    const foreigners = foreignPolicies(world.role);
    if (ownerOf(world.role.tags, world.cluster) !== 'ours') {
      const seen = foreign({
        id: 'role',
        target: arn,
        reason: 'it does not carry this action’s mark',
        severity: 'hygiene',
      });
      return { changes: [seen] };
    }
    if (foreigners.length > 0)
      return { changes: foreigners, warnings: [`${arn} is left: it carries policies of others`] };
    const spec = { name, path: world.role.path, tags: {}, trustPolicy: world.role.trustPolicy };
    return {
      changes: [
        change('role', spec, {
          id: 'role',
          action: 'delete',
          target: arn,
          reason: 'this action made it for this cluster',
          before: { trustPolicy: world.role.trustPolicy, policies: Object.keys(world.role.inlinePolicies) },
          severity: 'security',
        }),
      ],
    };
  },

  async apply(changes, { write }) {
    return await each(changes, async ({ action, payload }) => {
      if (action === 'delete') await write.aws.deleteRole(payload.name);
      else await write.aws.createRole(payload);
    });
  },
};

/** Whether the role that is there may be written: ours, or unmarked and the user said `adopt: true`. */
export function mayWrite(intent: Intent, world: World): boolean {
  if (intent.role.kind === 'referenced' || world.role === undefined || world.role.path !== intent.role.path)
    return false;
  const owner = ownerOf(world.role.tags, world.cluster);
  return owner === 'ours' || (owner === 'unmarked' && intent.adopt);
}

function creation(wanted: OwnedRole, intent: Intent, world: World): ChangeOf<'role'> {
  const { name, path, permissionsBoundary } = wanted;
  const tags = marked(world.cluster, intent.tags);
  const bounds = permissionsBoundary === undefined ? {} : { permissionsBoundary };
  const spec = { name, path, tags, trustPolicy: wantedTrust(wanted, intent, world), ...bounds };
  return change('role', spec, {
    id: 'role',
    action: 'create',
    target: roleArn(intent, world.cluster),
    reason: 'the workload’s role does not exist',
    after: { name, path, tags, ...bounds },
    severity: 'security',
  });
}

function notOurs(wanted: OwnedRole, there: Role, world: World): Proposal {
  const owner = ownerOf(there.tags, world.cluster);
  const elsewhere = there.path !== wanted.path;
  const message = elsewhere
    ? `a role of this name exists under the path \`${there.path}\`, and names are unique whatever the path`
    : owner === 'another-cluster'
      ? 'this action made it for another cluster'
      : 'a role of this name exists and does not carry this action’s mark';
  const next =
    owner === 'unmarked' && !elsewhere
      ? 'Set `adopt: true` to take it over, `role-arn` to only refer to it, or another `role-name`.'
      : 'Choose another `role-name`, or the `role-path` that it has.';
  return {
    changes: [foreign({ id: 'role', target: there.arn, reason: message, severity: 'security' })],
    blockers: [{ reason: 'not-owned', target: there.arn, message, next }],
  };
}

/** A role of another account can't be read from here; with IRSA it may work all the same, with Pod Identity it can't. */
function missingReference(intent: Intent, world: World): Proposal {
  const target = roleArn(intent, world.cluster);
  if (world.role?.arn === target) return NOTHING;
  const elsewhere = accountOf(target) !== world.cluster.account;
  if (elsewhere && intent.identity === 'irsa') {
    return {
      changes: [],
      warnings: [`${target} is in another account: its trust and permissions could not be looked at`],
    };
  }
  const message = elsewhere
    ? 'the role is in another account, and EKS Pod Identity takes roles of the cluster’s account only'
    : 'the role of `role-arn` was not found in this account';
  const next = elsewhere
    ? 'Use a role of the cluster’s account, or IRSA.'
    : 'Check the ARN, its path included.';
  return { changes: [], blockers: [{ reason: 'invalid-input', target, message, next }] };
}

/** Policies on our role that are not this action's: they widen or narrow it behind the plan's back. */
function foreignPolicies(there: Role): readonly ChangeOf<'foreign'>[] {
  const inline = Object.keys(there.inlinePolicies).filter((name) => name !== ACCESS_POLICY_NAME);
  return [
    ...inline.map((name) => foreignPolicy(name, there.arn, 'put on the role')),
    ...there.attachedPolicies.map((arn) =>
      foreignPolicy(arn.slice(arn.lastIndexOf('/') + 1), arn, 'attached to the role'),
    ),
  ];
}

function foreignPolicy(name: string, target: string, how: string): ChangeOf<'foreign'> {
  const reason = `${how} by someone else; it is left alone`;
  return foreign({ id: `role/foreign-policy/${name}`, target, reason, severity: 'security', drift: true });
}

export const roleTags: Resource<'role-tags'> = {
  plan(intent, world) {
    if (world.role === undefined || !mayWrite(intent, world)) return NOTHING;
    const missing = missingTags(marked(world.cluster, intent.tags), world.role.tags);
    if (Object.keys(missing).length === 0) return NOTHING;
    const taken = ownerOf(world.role.tags, world.cluster) !== 'ours';
    return {
      changes: [
        change(
          'role-tags',
          { roleName: world.role.name, tags: missing },
          {
            id: 'role/tags',
            action: 'update',
            target: world.role.arn,
            reason: taken ? '`adopt: true` takes over the role made elsewhere' : 'tags are missing or differ',
            before: world.role.tags,
            after: { ...world.role.tags, ...missing },
            severity: 'hygiene',
          },
        ),
      ],
    };
  },

  remove: () => NOTHING,

  async apply(changes, { write }) {
    return await each(changes, async ({ payload }) => {
      await write.aws.tagRole(payload.roleName, payload.tags);
    });
  },
};
