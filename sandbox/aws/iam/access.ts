/** How the operations of IAM ask for permission to act on a role. */
import { ServiceError } from '../errors.ts';
import type { Call } from '../operation.ts';
import type { Context } from '../policy/evaluate.ts';
import { resourceTags } from '../principal-policies.ts';
import { isReadOnly } from '../record.ts';
import type { Role, Tags } from './model.ts';
import { caseless } from './tag-keys.ts';

/** What a role says about itself in conditions. */
function roleContext(role: Role | undefined): Context {
  if (role === undefined) return {};
  const { permissionsBoundary: boundary } = role;
  return {
    ...resourceTags(role.tags),
    ...(boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary }),
  };
}

/** The role as IAM's reads show it: they may lag behind its writes. */
export function seenRole({ state }: Call, roleName: string): Role | undefined {
  return state.iam.roles.asOf(roleName.toLowerCase(), state.now() - state.settings.staleReadsMs);
}

/**
 * Authorises an action on a role given by name and returns the role. The name alone does not tell the path, so a
 * role that does not exist is asked for at the root path, and only then reported as missing.
 */
export function permittedRole(call: Call, action: string, roleName: string, context: Context = {}): Role {
  const { iam } = call.state;
  const role = isReadOnly(action) ? seenRole(call, roleName) : iam.role(roleName);
  call.permit({
    action: `iam:${action}`,
    resource: role?.arn ?? iam.arn(`role/${roleName}`),
    context: { ...roleContext(role), ...context },
    shownAs: `role ${roleName}`,
  });
  if (role === undefined) {
    throw new ServiceError('NoSuchEntity', `The role with name ${roleName} cannot be found.`, 404);
  }
  return role;
}

/** Writes a changed role; STS and EKS see it after the propagation time. */
export function saveRole(call: Call, role: Role): Role {
  call.state.iam.roles.set(role.roleName.toLowerCase(), role, call.state.now());
  return role;
}

/** Refuses a request that names a key twice, whatever the case. */
export function checkTagKeys(keys: string[]): void {
  if (new Set(keys.map(caseless)).size === keys.length) return;
  const message = 'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
  throw new ServiceError('InvalidInput', message, 400);
}

/** Refuses tags that IAM refuses. `kind` is the name of the quota, for instance TagsPerRole. */
export function checkTags(tags: Tags, kind: string): void {
  if (Object.keys(tags).some((key) => /^aws:/i.test(key))) {
    throw new ServiceError('InvalidInput', 'System tags cannot be added/updated/deleted.');
  }
  if (Object.keys(tags).length > 50) throw limitExceeded(`Cannot exceed quota for ${kind}: 50`);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError('LimitExceeded', message, 409);
}
