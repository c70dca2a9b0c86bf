/** Creates, tags and deletes roles. */
import { CreateRoleCommand, DeleteRoleCommand, GetRoleCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import type { CreateRole } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import type { Tags } from '../../model/world.ts';
import { ACCESS_POLICY_NAME } from '../../policy/access-policy.ts';
import { toPairs } from '../client/api-values.ts';
import { isNamed } from '../client/aws-error.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import { absent, type AwsContext, request } from '../client/request.ts';
import { poll, retry, seconds, type Transient } from '../client/retry.ts';
import { listAttachedPolicies, listInlinePolicies } from '../read/roles.ts';
import { boundaryAbsent, deleteInlinePolicy } from './role-policies.ts';
import { writeIam } from './transient.ts';

const VISIBLE = { forMs: 60_000, everyMs: 1000 };
const REMOVING: Transient = { why: 'IAM still sees something on the role', forMs: 20_000 };

/** Sets tags and boundary in the same call, so that the role never exists without them. Waits until IAM shows the role. */
export async function createRole(aws: AwsContext, spec: CreateRole): Promise<void> {
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

/** Just after its creation a role may not be found, or may have its unique id (`AROA…`) in place of its ARN. */
async function waitUntilVisible(aws: AwsContext, name: string): Promise<void> {
  const call = { tried: `read role ${name} after its creation`, action: 'iam:GetRole', on: name };
  const options = { ...VISIBLE, waitingFor: `IAM to show role ${name}` };
  const visible = await poll(aws, options, async () => {
    const command = new GetRoleCommand({ RoleName: name });
    const answer = await request(call, () => aws.clients.iam.send(command), { NoSuchEntity: absent });
    return answer?.Role?.Arn?.startsWith('arn:') === true ? true : undefined;
  });
  if (visible !== undefined) return;
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
 * Deletes this action's own inline policy, then the role. Never removes policies of others: then the role stays, and the
 * `not-owned` Failure names them. A role that is already gone is no error.
 */
export async function deleteRole(aws: AwsContext, roleName: string): Promise<void> {
  const call = { tried: `delete role ${roleName}`, action: 'iam:DeleteRole', on: roleName };
  await deleteInlinePolicy(aws, roleName, ACCESS_POLICY_NAME);
  const send = () => aws.clients.iam.send(new DeleteRoleCommand({ RoleName: roleName }));
  await writeIam(aws, call, () => retry(aws, deleteConflict, send), {
    NoSuchEntity: absent,
    DeleteConflict: async (error) => {
      throw await keptByOthers(aws, roleName, call, error);
    },
  });
}

function deleteConflict(error: unknown): Transient | undefined {
  return isNamed(error, 'DeleteConflict') ? REMOVING : undefined;
}

async function keptByOthers(aws: AwsContext, roleName: string, call: Call, error: unknown): Promise<Failure> {
  const [inline, attached] = await Promise.all([
    listInlinePolicies(aws, roleName),
    listAttachedPolicies(aws, roleName),
  ]);
  const others = [...inline.map((name) => `inline policy ${name}`), ...attached];
  const what =
    others.length === 0
      ? 'Something else hangs on it, probably an instance profile'
      : `Still on it, not put there by this action: ${others.join(', ')}`;
  return new Failure('not-owned', {
    tried: call.tried,
    said: quote(error),
    next: `${what}. Take it off if nobody needs it, then run again.`,
    cause: error,
  });
}
