/** Writes a role's trust policy, inline policies and permissions boundary. */
import {
  DeleteRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { PutInlinePolicy } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import type { PolicyDocument } from '../../model/policy.ts';
import { readAwsError } from '../client/aws-error.ts';
import { awsFailure, type Call, quote } from '../client/aws-failure.ts';
import { absent, type AwsContext } from '../client/request.ts';
import { writeIam } from './transient.ts';

/** Sends compact JSON: it is not documented whether white space counts towards the quota of trust policies. */
export async function putTrustPolicy(
  aws: AwsContext,
  roleName: string,
  document: PolicyDocument,
): Promise<void> {
  const call = {
    tried: `update the trust policy of role ${roleName}`,
    action: 'iam:UpdateAssumeRolePolicy',
    on: roleName,
  };
  const input = { RoleName: roleName, PolicyDocument: JSON.stringify(document) };
  await writeIam(aws, call, () => aws.clients.iam.send(new UpdateAssumeRolePolicyCommand(input)));
}

/** Creates or replaces an inline policy. */
export async function putInlinePolicy(aws: AwsContext, spec: PutInlinePolicy): Promise<void> {
  const { roleName, policyName, document } = spec;
  const call = {
    tried: `put inline policy ${policyName} on role ${roleName}`,
    action: 'iam:PutRolePolicy',
    on: roleName,
  };
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

/** Throws `invalid-input` when the boundary does not exist. */
export async function putPermissionsBoundary(
  aws: AwsContext,
  roleName: string,
  boundary: string,
): Promise<void> {
  const call = {
    tried: `put permissions boundary ${boundary} on role ${roleName}`,
    action: 'iam:PutRolePermissionsBoundary',
    on: roleName,
  };
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
    next: `There is no policy ${boundary} in this account, or it can't be a boundary: check permissions-boundary.`,
    cause: error,
  });
}
