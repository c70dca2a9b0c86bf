/** The operations on roles: made, read, changed and deleted. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import { uniqueId } from '../ids.ts';
import { pageOf } from '../pages.ts';
import { checkTrustPolicy, policyLength } from '../policy/documents.ts';
import { requestTags } from '../principal-policies.ts';
import { uriEncode } from '../sigv4.ts';
import { accountOf } from '../state.ts';
import { checkTagKeys, checkTags, limitExceeded, permittedRole, saveRole } from './access.ts';
import {
  paging,
  path,
  policyArn,
  policyDocument,
  roleName,
  tagList,
  tagListOf,
  tagsOf,
  truncation,
} from './inputs.ts';
import type { Role } from './model.ts';

const description = z.string().max(1000);
const duration = z.coerce.number().int().min(3600).max(43_200);

/** A role as IAM lists it; GetRole and CreateRole add boundary and tags. */
function describeRole(role: Role) {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: uriEncode(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

function describeRoleFully(role: Role) {
  const boundary =
    role.permissionsBoundary === undefined
      ? undefined
      : { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.permissionsBoundary };
  const tags = tagListOf(role.tags);
  return { ...describeRole(role), PermissionsBoundary: boundary, Tags: tags.length === 0 ? undefined : tags };
}

function principalExists({ state }: Call, principal: string): boolean {
  const entity = /^arn:[a-z-]+:(?:iam|sts)::\d{12}:(user|role|assumed-role)\/(.+)$/.exec(principal);
  const home = accountOf(state, principal);
  if (entity === null || home === undefined) return true;
  const [, kind, rest = ''] = entity;
  if (kind === 'user') return home.iam.users.has(rest);
  const name = kind === 'role' ? rest.split('/').at(-1) : rest.split('/')[0];
  const role = home.iam.role(name ?? '');
  return role !== undefined && (kind === 'assumed-role' || role.arn === principal);
}

function checkTrust(call: Call, document: string): void {
  checkTrustPolicy(document, (principal) => principalExists(call, principal));
  const { trustPolicyQuota } = call.state.settings;
  if (policyLength(document) > trustPolicyQuota) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${trustPolicyQuota}`);
  }
}

export function checkBoundary(call: Call, boundary: string | undefined): void {
  if (boundary === undefined || call.state.iam.policies.get(boundary) !== undefined) return;
  throw new ServiceError('NoSuchEntity', `Scope ARN: ${boundary} does not exist or is not attachable.`, 404);
}

const createRole = operation(
  z.object({
    RoleName: roleName,
    AssumeRolePolicyDocument: policyDocument,
    Path: path.default('/'),
    Description: description.optional(),
    MaxSessionDuration: duration.default(3600),
    PermissionsBoundary: policyArn.optional(),
    Tags: tagList.optional(),
  }),
  (input, call) => {
    const { iam, settings } = call.state;
    const { RoleName: name, Path: rolePath, PermissionsBoundary: boundary } = input;
    const tags = tagsOf(input.Tags);
    const arn = iam.arn(`role${rolePath}${name}`);
    const bounded = boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
    call.permit({ action: 'iam:CreateRole', resource: arn, context: { ...requestTags(tags), ...bounded } });
    if (Object.keys(tags).length > 0) {
      call.permit({ action: 'iam:TagRole', resource: arn, context: requestTags(tags) });
    }
    checkTrust(call, input.AssumeRolePolicyDocument);
    checkTagKeys((input.Tags ?? []).map(({ Key }) => Key));
    checkTags(tags, 'TagsPerRole');
    checkBoundary(call, boundary);
    if (iam.role(name) !== undefined) {
      throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
    }
    if (iam.roles.values().length >= settings.roleQuota) {
      throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${settings.roleQuota}`);
    }
    const role = saveRole(call, {
      roleName: name,
      path: rolePath,
      arn,
      roleId: uniqueId('AROA'),
      createdAt: call.state.now(),
      maxSessionDuration: input.MaxSessionDuration,
      trustPolicy: input.AssumeRolePolicyDocument,
      tags,
      inlinePolicies: {},
      attachedPolicies: [],
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    });
    return { Role: describeRoleFully(role) };
  },
);

const getRole = operation(z.object({ RoleName: roleName }), (input, call) => ({
  Role: { ...describeRoleFully(permittedRole(call, 'GetRole', input.RoleName)), RoleLastUsed: {} },
}));

const listRoles = operation(z.object({ ...paging, PathPrefix: z.string().default('/') }), (input, call) => {
  const { iam } = call.state;
  call.permit({ action: 'iam:ListRoles', resource: iam.arn(`role${input.PathPrefix}`) });
  const roles = iam.roles.values().filter((role) => role.path.startsWith(input.PathPrefix));
  const { items, next } = pageOf(roles, input.MaxItems, input.Marker, call.state.settings);
  return { Roles: items.map(describeRole), ...truncation(next) };
});

const updateRole = operation(
  z.object({
    RoleName: roleName,
    Description: description.optional(),
    MaxSessionDuration: duration.optional(),
  }),
  (input, call) => {
    const role = permittedRole(call, 'UpdateRole', input.RoleName);
    saveRole(call, {
      ...role,
      ...(input.Description === undefined ? {} : { description: input.Description }),
      maxSessionDuration: input.MaxSessionDuration ?? role.maxSessionDuration,
    });
    return {};
  },
);

const updateAssumeRolePolicy = operation(
  z.object({ RoleName: roleName, PolicyDocument: policyDocument }),
  (input, call) => {
    const role = permittedRole(call, 'UpdateAssumeRolePolicy', input.RoleName);
    checkTrust(call, input.PolicyDocument);
    saveRole(call, { ...role, trustPolicy: input.PolicyDocument });
  },
);

const conflict = (what: string): ServiceError =>
  new ServiceError('DeleteConflict', `Cannot delete entity, must ${what} first.`, 409);

const deleteRole = operation(z.object({ RoleName: roleName }), (input, call) => {
  const { iam } = call.state;
  const role = permittedRole(call, 'DeleteRole', input.RoleName);
  if (role.attachedPolicies.length > 0) throw conflict('detach all policies');
  if (Object.keys(role.inlinePolicies).length > 0) throw conflict('delete policies');
  if ((iam.instanceProfiles.get(role.roleName) ?? []).length > 0) {
    throw conflict('remove roles from instance profile');
  }
  iam.roles.set(role.roleName.toLowerCase(), undefined, call.state.now());
});

const listInstanceProfilesForRole = operation(z.object({ ...paging, RoleName: roleName }), (input, call) => {
  const { iam } = call.state;
  const role = permittedRole(call, 'ListInstanceProfilesForRole', input.RoleName);
  const profiles = (iam.instanceProfiles.get(role.roleName) ?? []).map((name) => ({
    InstanceProfileName: name,
    Path: '/',
    Arn: iam.arn(`instance-profile/${name}`),
    Roles: [describeRole(role)],
  }));
  return { InstanceProfiles: profiles, IsTruncated: false };
});

export const roleOperations: Operations = {
  CreateRole: createRole,
  DeleteRole: deleteRole,
  GetRole: getRole,
  ListInstanceProfilesForRole: listInstanceProfilesForRole,
  ListRoles: listRoles,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  UpdateRole: updateRole,
};
