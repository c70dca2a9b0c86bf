import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { Failure } from '../../model/failure.ts';
import type { RoleSpec } from '../../model/change.ts';
import type { Tags } from '../../model/world.ts';
import { ACCESS_POLICY_NAME } from '../../policy/access.ts';
import { isNamed } from '../client/aws-error.ts';
import type { AwsContext } from '../client/context.ts';
import { quote } from '../client/aws-failure.ts';
import type { Call } from '../client/aws-failure.ts';
import { listAttachedPolicies, listInlinePolicies } from '../read/roles.ts';
import { absent, request } from '../client/request.ts';
import { poll, retry, seconds } from '../client/retry.ts';
import type { Transient } from '../client/retry.ts';
import { toPairs } from '../client/tags.ts';
import { writeIam } from './iam.ts';
import { boundaryAbsent, deleteInlinePolicy } from './role-policies.ts';

const VISIBLE = { forMs: 60_000, everyMs: 1000 };
const REMOVING: Transient = { why: 'IAM still sees something on the role', forMs: 20_000 };

/** Tags and boundary go into the one call: the role is never there without its mark or its bounds. */
export async function createRole(aws: AwsContext, spec: RoleSpec): Promise<void> {
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
  });
  await waitUntilVisible(aws, spec.name);
}

/** Just after its creation a role may not be found, or shows its unique id (`AROA…`) in place of its ARN. */
async function waitUntilVisible(aws: AwsContext, name: string): Promise<void> {
  const call = { tried: `read role ${name} after its creation`, action: 'iam:GetRole', on: name };
  const pace = { ...VISIBLE, waitingFor: `IAM to show role ${name}` };
  const seen = await poll(aws, pace, async () => {
    const command = new GetRoleCommand({ RoleName: name });
    const answer = await request(call, () => aws.clients.iam.send(command), { NoSuchEntity: absent });
    return answer?.Role?.Arn?.startsWith('arn:') === true ? true : undefined;
  });
  if (seen !== undefined) return;
  throw new Failure('timed-out', {
    tried: call.tried,
    said: `the role can't be read under its ARN after ${seconds(VISIBLE.forMs)}`,
    next: 'IAM takes unusually long to show a new role. Run again: what has been made is found then.',
  });
}

/** Adds these tags and leaves all others as they are. */
export async function tagRole(aws: AwsContext, roleName: string, tags: Tags): Promise<void> {
  const call = { tried: `tag role ${roleName}`, action: 'iam:TagRole', on: roleName };
  const input = { RoleName: roleName, Tags: toPairs(tags) };
  await writeIam(aws, call, () => aws.clients.iam.send(new TagRoleCommand(input)));
}

/**
 * Removes our own inline policy, then the role. Policies of others are never taken off: then the role stays, and the
 * Failure says what holds it. A role that is gone already is fine.
 */
export async function deleteRole(aws: AwsContext, roleName: string): Promise<void> {
  const call = { tried: `delete role ${roleName}`, action: 'iam:DeleteRole', on: roleName };
  await deleteInlinePolicy(aws, roleName, ACCESS_POLICY_NAME);
  const send = () => aws.clients.iam.send(new DeleteRoleCommand({ RoleName: roleName }));
  await writeIam(aws, call, () => retry(aws, conflict, send), {
    NoSuchEntity: absent,
    DeleteConflict: async (error) => {
      throw await heldBy(aws, roleName, call, error);
    },
  });
}

function conflict(error: unknown): Transient | undefined {
  return isNamed(error, 'DeleteConflict') ? REMOVING : undefined;
}

async function heldBy(aws: AwsContext, roleName: string, call: Call, error: unknown): Promise<Failure> {
  const [inline, attached] = await Promise.all([
    listInlinePolicies(aws, roleName),
    listAttachedPolicies(aws, roleName),
  ]);
  const holders = [...inline.map((name) => `inline policy ${name}`), ...attached];
  const what =
    holders.length === 0
      ? 'Something else hangs on it, probably an instance profile'
      : `Still on it, not put there by this action: ${holders.join(', ')}`;
  return new Failure('not-owned', {
    tried: call.tried,
    said: quote(error),
    next: `${what}. Take it off if nobody needs it, then run again.`,
    cause: error,
  });
}
