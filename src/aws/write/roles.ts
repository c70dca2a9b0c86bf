/** Creates, tags and deletes roles. */
import { CreateRoleCommand, DeleteRoleCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import type { CreateRole, DeleteRole, TagRole } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import { ACCESS_POLICY_NAME } from '../../policy/access-policy.ts';
import { isEquivalent } from '../../policy/equivalence.ts';
import { differingTags } from '../../policy/tags.ts';
import { toPairs } from '../client/api-values.ts';
import { isNamed } from '../client/aws-error.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import { absent, type AwsContext } from '../client/request.ts';
import { poll, retry, seconds, type Transient } from '../client/retry.ts';
import { type BareRole, listAttachedPolicies, listInlinePolicies, readBareRole } from '../read/roles.ts';
import { type Existing, takeExisting } from './existing.ts';
import {
  changedSince,
  noteOverwritten,
  refuseLostUpdate,
  tagState,
  type WriteContext,
} from './lost-update.ts';
import { boundaryAbsent, deleteInlinePolicy, trustPolicyOf } from './role-policies.ts';
import { writeIam } from './transient.ts';

const VISIBLE = { forMs: 60_000 };
const REMOVING: Transient = { why: 'IAM still sees something on the role', forMs: 20_000 };

/**
 * Sets tags and boundary in the same call, so that the role never exists without them. Waits until IAM shows the role. Takes one
 * that exists when it is exactly as desired; throws `not-owned` or `plan-changed` otherwise.
 */
export async function createRole(aws: WriteContext, spec: CreateRole): Promise<void> {
  const call = { tried: `create role ${spec.name}`, action: 'iam:CreateRole', on: spec.name };
  const command = new CreateRoleCommand({
    RoleName: spec.name,
    Path: spec.path,
    AssumeRolePolicyDocument: JSON.stringify(spec.trustPolicy),
    PermissionsBoundary: spec.permissionsBoundary,
    Tags: toPairs(spec.tags),
  });
  await writeIam(aws, call, () => aws.clients.iam.send(command), {
    NoSuchEntity: (error) => {
      throw boundaryAbsent(error, call, spec.permissionsBoundary);
    },
    EntityAlreadyExists: async (error) => {
      await takeExisting(aws, call, existingRole(aws, spec), error);
    },
  });
  await waitUntilVisible(aws, spec.name);
  noteOverwritten(aws, trustPolicyOf(spec.name));
}

function existingRole(aws: AwsContext, spec: CreateRole): Existing<BareRole> {
  return {
    find: async () => await waitUntilVisible(aws, spec.name),
    nameOf: ({ arn }) => `role ${arn}`,
    whyOthers: ({ tags }) =>
      Object.keys(differingTags(spec.tags, tags, 'iam')).length > 0
        ? 'lacks the tags of this action'
        : undefined,
    differenceTo: (existing) => differenceTo(spec, existing),
    advice: 'Names of roles are unique in an account, whatever their path.',
  };
}

function differenceTo(spec: CreateRole, existing: BareRole): string | undefined {
  if (existing.path !== spec.path) return `has the path ${existing.path}`;
  if (existing.permissionsBoundary !== spec.permissionsBoundary)
    return `has ${existing.permissionsBoundary ?? 'no policy'} as its permissions boundary`;
  return isEquivalent(existing.trustPolicy, spec.trustPolicy) ? undefined : 'trusts others';
}

/** Just after its creation a role may not be found, or may have its unique id (`AROA…`) in place of its ARN. */
async function waitUntilVisible(aws: AwsContext, name: string): Promise<BareRole> {
  const options = { ...VISIBLE, waitingFor: `IAM to show role ${name}` };
  const visible = await poll(aws, options, async () => {
    const role = await readBareRole(aws, name);
    return role?.arn.startsWith('arn:') === true ? role : undefined;
  });
  if (visible !== undefined) return visible;
  throw new Failure('timed-out', {
    tried: `read role ${name} after its creation`,
    said: `the role can't be read under its ARN after ${seconds(VISIBLE.forMs)}`,
    next: 'IAM takes unusually long to show a new role. Run again: what has been made is found then.',
  });
}

/** Adds these tags and leaves all others as they are. Throws `plan-changed` when one of them is not as planned on any more. */
export async function tagRole(aws: WriteContext, { roleName, tags, replaces }: TagRole): Promise<void> {
  const call = { tried: `tag role ${roleName}`, action: 'iam:TagRole', on: roleName };
  const keys = Object.keys(tags);
  await refuseLostUpdate(aws, call, {
    thing: `the tags of role ${roleName}`,
    planned: tagState(replaces, keys),
    wanted: tagState(tags, keys),
    read: async () => tagState((await readBareRole(aws, roleName))?.tags ?? {}, keys),
  });
  const input = { RoleName: roleName, Tags: toPairs(tags) };
  await writeIam(aws, call, () => aws.clients.iam.send(new TagRoleCommand(input)));
}

/**
 * Deletes this action's own inline policy, then the role. Never removes policies of others: then the role stays, and the
 * `not-owned` Failure names them. Throws `plan-changed` when it lacks tags that it had, or trusts others. A role that is already gone is no error.
 */
export async function deleteRole(aws: AwsContext, spec: DeleteRole): Promise<void> {
  const { roleName, tags, trustPolicy } = spec;
  const call = { tried: `delete role ${roleName}`, action: 'iam:DeleteRole', on: roleName };
  const actual = await readBareRole(aws, roleName);
  if (actual !== undefined) {
    const hasLostTags = Object.keys(differingTags(tags, actual.tags, 'iam')).length > 0;
    if (hasLostTags || !isEquivalent(actual.trustPolicy, trustPolicy))
      throw changedSince(call, `role ${roleName}`);
  }
  await deleteInlinePolicy(aws, roleName, ACCESS_POLICY_NAME);
  // Our own policy may have gone a moment ago, by an earlier run too. What others have put on the role won't go away by waiting.
  const removing = async (error: unknown): Promise<Transient | undefined> =>
    isNamed(error, 'DeleteConflict') && (await othersOn(aws, roleName)).length === 0 ? REMOVING : undefined;
  const send = () => aws.clients.iam.send(new DeleteRoleCommand({ RoleName: roleName }));
  await writeIam(aws, call, () => retry(aws, removing, send), {
    NoSuchEntity: absent,
    DeleteConflict: async (error) => {
      throw await keptByOthers(aws, roleName, call, error);
    },
  });
}

async function keptByOthers(aws: AwsContext, roleName: string, call: Call, error: unknown): Promise<Failure> {
  const others = await othersOn(aws, roleName);
  const what =
    others.length === 0
      ? 'Something else is attached to the role, probably an instance profile'
      : `Still on the role, not put there by this action: ${others.join(', ')}`;
  return new Failure('not-owned', {
    tried: call.tried,
    said: quote(error),
    next: `${what}. Take it off if nobody needs it, then run again.`,
    cause: error,
  });
}

/** What others have put on a role, as messages name it. */
async function othersOn(aws: AwsContext, roleName: string): Promise<readonly string[]> {
  const [inline, attached] = await Promise.all([
    listInlinePolicies(aws, roleName),
    listAttachedPolicies(aws, roleName),
  ]);
  const theirs = inline.filter((name) => name !== ACCESS_POLICY_NAME);
  return [...theirs.map((name) => `inline policy ${name}`), ...attached];
}
