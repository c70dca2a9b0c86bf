/** Writes a role's trust policy, inline policies and permissions boundary. */
import {
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { InlinePolicyWrite, PutPermissionsBoundary, TrustPolicyWrite } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import { readAwsError } from '../client/aws-error.ts';
import { awsFailure, type Call, quote } from '../client/aws-failure.ts';
import { absent, type AwsContext } from '../client/request.ts';
import { readBareRole, readInlinePolicy } from '../read/roles.ts';
import { NONE, refuseLostUpdate, policyState, type WriteContext } from './lost-update.ts';
import { writeIam } from './transient.ts';

/** The trust policy, as it is named where writes of a run are kept apart. */
export const trustPolicyOf = (roleName: string): string => `the trust policy of role ${roleName}`;

/**
 * Sends compact JSON: it is not documented whether white space counts towards the quota of trust policies. Throws
 * `plan-changed` when somebody else has changed the policy since it was planned on.
 */
export async function putTrustPolicy(aws: WriteContext, spec: TrustPolicyWrite): Promise<void> {
  const { roleName, document, replaces } = spec;
  const call = {
    tried: `update the trust policy of role ${roleName}`,
    action: 'iam:UpdateAssumeRolePolicy',
    on: roleName,
  };
  await refuseLostUpdate(aws, call, {
    thing: trustPolicyOf(roleName),
    planned: policyState(replaces),
    wanted: policyState(document),
    read: async () => policyState((await readBareRole(aws, roleName))?.trustPolicy),
  });
  const input = { RoleName: roleName, PolicyDocument: JSON.stringify(document) };
  await writeIam(aws, call, () => aws.clients.iam.send(new UpdateAssumeRolePolicyCommand(input)));
}

/** Creates or replaces an inline policy. Throws `plan-changed` as for the trust policy. */
export async function putInlinePolicy(aws: WriteContext, spec: InlinePolicyWrite): Promise<void> {
  const { roleName, policyName, document, replaces } = spec;
  const call = {
    tried: `put inline policy ${policyName} on role ${roleName}`,
    action: 'iam:PutRolePolicy',
    on: roleName,
  };
  await refuseLostUpdate(aws, call, {
    thing: `inline policy ${policyName} of role ${roleName}`,
    planned: policyState(replaces),
    wanted: policyState(document),
    read: async () => policyState(await readInlinePolicy(aws, roleName, policyName)),
  });
  const input = { RoleName: roleName, PolicyName: policyName, PolicyDocument: JSON.stringify(document) };
  await writeIam(aws, call, () => aws.clients.iam.send(new PutRolePolicyCommand(input)));
}

/** A policy or role that is already gone is no error. */
export async function deleteInlinePolicy(
  aws: AwsContext,
  roleName: string,
  policyName: string,
): Promise<void> {
  const call = {
    tried: `delete inline policy ${policyName} of role ${roleName}`,
    action: 'iam:DeleteRolePolicy',
    on: roleName,
  };
  const input = { RoleName: roleName, PolicyName: policyName };
  await writeIam(aws, call, () => aws.clients.iam.send(new DeleteRolePolicyCommand(input)), {
    NoSuchEntity: absent,
  });
}

/** Throws `invalid-input` when the boundary does not exist, `plan-changed` when somebody else has put on another one. */
export async function putPermissionsBoundary(
  aws: WriteContext,
  { roleName, permissionsBoundary: boundary, replaces }: PutPermissionsBoundary,
): Promise<void> {
  const call = {
    tried: `put permissions boundary ${boundary} on role ${roleName}`,
    action: 'iam:PutRolePermissionsBoundary',
    on: roleName,
  };
  await refuseLostUpdate(aws, call, {
    thing: `the permissions boundary of role ${roleName}`,
    planned: replaces ?? NONE,
    wanted: boundary,
    read: async () => (await readBareRole(aws, roleName))?.permissionsBoundary ?? NONE,
  });
  const input = { RoleName: roleName, PermissionsBoundary: boundary };
  await writeIam(aws, call, () => aws.clients.iam.send(new PutRolePermissionsBoundaryCommand(input)), {
    NoSuchEntity: (error) => {
      throw boundaryAbsent(error, call, boundary);
    },
  });
}

/** Explains `NoSuchEntity` of a call with a boundary: IAM's text names the policy when the boundary is what is missing. */
export function boundaryAbsent(error: unknown, call: Call, boundary: string | undefined): Failure {
  if (boundary === undefined || readAwsError(error)?.message.includes(boundary) !== true) {
    return awsFailure(error, call);
  }
  return new Failure('invalid-input', {
    tried: call.tried,
    said: quote(error),
    next: `There is no policy ${boundary} in this account, or it can't be a boundary: check \`permissions-boundary\`.`,
    cause: error,
  });
}
