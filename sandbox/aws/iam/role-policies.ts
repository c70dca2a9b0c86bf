/** The operations on a role's inline policies. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { checkPermissionPolicy, policyLength } from '../policy/documents.ts';
import { uriEncode } from '../sigv4.ts';
import { limitExceeded, permittedRole, saveRole } from './access.ts';
import { paging, policyDocument, policyName, roleName, truncation } from './inputs.ts';

const named = z.object({ RoleName: roleName, PolicyName: policyName });
const noSuchPolicy = (name: string): ServiceError =>
  new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);

export const rolePolicyOperations: Operations = {
  DeleteRolePolicy: operation(named, (input, call) => {
    const role = permittedRole(call, 'DeleteRolePolicy', input.RoleName);
    const { [input.PolicyName]: removed, ...inlinePolicies } = role.inlinePolicies;
    if (removed === undefined) throw noSuchPolicy(input.PolicyName);
    saveRole(call, { ...role, inlinePolicies });
  }),
  GetRolePolicy: operation(named, (input, call) => {
    const role = permittedRole(call, 'GetRolePolicy', input.RoleName);
    const document = role.inlinePolicies[input.PolicyName];
    if (document === undefined) throw noSuchPolicy(input.PolicyName);
    return { RoleName: role.roleName, PolicyName: input.PolicyName, PolicyDocument: uriEncode(document) };
  }),
  ListRolePolicies: operation(z.object({ ...paging, RoleName: roleName }), (input, call) => {
    const role = permittedRole(call, 'ListRolePolicies', input.RoleName);
    const { items, next } = pageOf(
      Object.keys(role.inlinePolicies).toSorted(),
      input.MaxItems,
      input.Marker,
      call.state.settings,
    );
    return { PolicyNames: items, ...truncation(next) };
  }),
  PutRolePolicy: operation(named.extend({ PolicyDocument: policyDocument }), (input, call) => {
    const role = permittedRole(call, 'PutRolePolicy', input.RoleName);
    checkPermissionPolicy(input.PolicyDocument);
    const inlinePolicies = { ...role.inlinePolicies, [input.PolicyName]: input.PolicyDocument };
    const { inlinePolicyQuota } = call.state.settings;
    if (policyLength(Object.values(inlinePolicies).join('')) > inlinePolicyQuota) {
      throw limitExceeded(
        `Maximum policy size of ${inlinePolicyQuota} bytes exceeded for role ${role.roleName}`,
      );
    }
    saveRole(call, { ...role, inlinePolicies });
  }),
};
