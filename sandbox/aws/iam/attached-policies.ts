/** The operations on the managed policies that are attached to a role. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { limitExceeded, permittedRole, saveRole } from './access.ts';
import { paging, policyArn, roleName, truncation } from './inputs.ts';
import { checkBoundary } from './roles.ts';

const attachment = z.object({ RoleName: roleName, PolicyArn: policyArn });

export const attachedPolicyOperations: Operations = {
  AttachRolePolicy: operation(attachment, (input, call) => {
    const { iam, settings } = call.state;
    const role = permittedRole(call, 'AttachRolePolicy', input.RoleName, {
      'iam:PolicyARN': input.PolicyArn,
    });
    if (iam.policies.get(input.PolicyArn) === undefined) {
      throw new ServiceError(
        'NoSuchEntity',
        `Policy ${input.PolicyArn} does not exist or is not attachable.`,
        404,
      );
    }
    const attachedPolicies = [...new Set([...role.attachedPolicies, input.PolicyArn])];
    if (attachedPolicies.length > settings.managedPolicyQuota) {
      throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${settings.managedPolicyQuota}`);
    }
    saveRole(call, { ...role, attachedPolicies });
  }),
  DetachRolePolicy: operation(attachment, (input, call) => {
    const role = permittedRole(call, 'DetachRolePolicy', input.RoleName, {
      'iam:PolicyARN': input.PolicyArn,
    });
    if (!role.attachedPolicies.includes(input.PolicyArn)) {
      throw new ServiceError('NoSuchEntity', `Policy ${input.PolicyArn} was not found.`, 404);
    }
    saveRole(call, {
      ...role,
      attachedPolicies: role.attachedPolicies.filter((arn) => arn !== input.PolicyArn),
    });
  }),
  ListAttachedRolePolicies: operation(z.object({ ...paging, RoleName: roleName }), (input, call) => {
    const role = permittedRole(call, 'ListAttachedRolePolicies', input.RoleName);
    const { items, next } = pageOf(role.attachedPolicies, input.MaxItems, input.Marker, call.state.settings);
    const policies = items.map((arn) => ({ PolicyName: arn.split('/').at(-1), PolicyArn: arn }));
    return { AttachedPolicies: policies, ...truncation(next) };
  }),
  PutRolePermissionsBoundary: operation(
    z.object({ RoleName: roleName, PermissionsBoundary: policyArn }),
    (input, call) => {
      const boundary = input.PermissionsBoundary;
      const context = { 'iam:PermissionsBoundary': boundary };
      const role = permittedRole(call, 'PutRolePermissionsBoundary', input.RoleName, context);
      checkBoundary(call, boundary);
      saveRole(call, { ...role, permissionsBoundary: boundary });
    },
  ),
  DeleteRolePermissionsBoundary: operation(z.object({ RoleName: roleName }), (input, call) => {
    const { permissionsBoundary, ...role } = permittedRole(
      call,
      'DeleteRolePermissionsBoundary',
      input.RoleName,
    );
    if (permissionsBoundary === undefined) {
      throw new ServiceError('NoSuchEntity', `Role ${role.roleName} has no permissions boundary.`, 404);
    }
    saveRole(call, role);
  }),
};
