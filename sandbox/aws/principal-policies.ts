/** The policies that count for a user, a role or a session. */
import { ServiceError } from './errors.ts';
import { withTags } from './iam/tag-keys.ts';
import type { Role, User } from './iam/model.ts';
import type { Context, NamedPolicy } from './policy/evaluate.ts';
import type { Principal } from './principals.ts';
import { type State, visibleMoment } from './state.ts';

interface Policies {
  identity: NamedPolicy[];
  boundary?: NamedPolicy[];
  session?: NamedPolicy[];
}

/** The policies of a user or role: identity ones, and the boundary if it has one. */
export function policiesOfEntity(state: State, entity: User | Role, moment = visibleMoment(state)): Policies {
  const managed = (arn: string): NamedPolicy[] => {
    const policy = state.iam.policies.asOf(arn, moment);
    return policy === undefined ? [] : [{ name: arn, document: policy.document }];
  };
  const inline = Object.entries(entity.inlinePolicies).map(([name, document]) => ({ name, document }));
  const identity = [...inline, ...entity.attachedPolicies.flatMap(managed)];
  const { permissionsBoundary } = entity;
  return permissionsBoundary === undefined
    ? { identity }
    : { identity, boundary: managed(permissionsBoundary) };
}

/** The user or role behind a caller, as services other than IAM see it. Throws when it is gone. */
function entityOf(state: State, principal: Principal): User | Role {
  const entity =
    principal.type === 'User'
      ? state.iam.users.get(principal.userName)
      : state.iam.roles.asOf(principal.roleName.toLowerCase(), visibleMoment(state));
  const same =
    entity !== undefined &&
    (!('roleId' in entity) || principal.type === 'User' || entity.roleId === principal.roleId);
  if (!same)
    throw new ServiceError(
      'InvalidClientTokenId',
      'The security token included in the request is invalid',
      403,
    );
  return entity;
}

export function policiesOf(state: State, principal: Principal): Policies {
  const policies = policiesOfEntity(state, entityOf(state, principal));
  if (principal.type === 'User' || principal.sessionPolicies.length === 0) return policies;
  return {
    ...policies,
    session: principal.sessionPolicies.map((document) => ({ name: 'session policy', document })),
  };
}

/** The condition keys that every request carries. */
export function globalContext(state: State, principal: Principal): Context {
  const now = state.now();
  const entity = entityOf(state, principal);
  // A session's tag wins over its role's.
  const tags = principal.type === 'User' ? entity.tags : withTags(entity.tags, principal.sessionTags);
  return {
    'aws:CurrentTime': new Date(now).toISOString(),
    'aws:EpochTime': String(Math.floor(now / 1000)),
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
    'aws:SourceIp': '192.0.2.10',
    'aws:RequestedRegion': state.region,
    'aws:PrincipalArn': principal.type === 'User' ? principal.arn : principal.roleArn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalType': principal.type,
    'aws:PrincipalIsAWSService': 'false',
    'aws:userid': principal.userId,
    ...(principal.type === 'User' ? { 'aws:username': principal.userName } : sessionContext(principal)),
    ...prefixed('aws:PrincipalTag/', tags),
  };
}

function sessionContext(principal: Extract<Principal, { type: 'AssumedRole' }>): Context {
  const { webIdentity } = principal;
  return {
    'aws:TokenIssueTime': new Date(principal.issuedAt).toISOString(),
    'aws:MultiFactorAuthPresent': 'false',
    ...(webIdentity === undefined
      ? {}
      : { ...webIdentity.keys, 'aws:FederatedProvider': webIdentity.provider }),
  };
}

/** Tags as condition keys, for instance `aws:RequestTag/team`. */
function prefixed(prefix: string, tags: Record<string, string>): Context {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}

/** The keys of a request that carries tags. */
export function requestTags(tags: Record<string, string>): Context {
  const keys = Object.keys(tags);
  return keys.length === 0 ? {} : { ...prefixed('aws:RequestTag/', tags), 'aws:TagKeys': keys };
}

/** The keys of a resource that has tags; IAM's older spelling too. */
export function resourceTags(tags: Record<string, string>): Context {
  return { ...prefixed('aws:ResourceTag/', tags), ...prefixed('iam:ResourceTag/', tags) };
}
