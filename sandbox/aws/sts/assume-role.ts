/** AssumeRole: a role taken by a principal of the same or of another account. */
import { z } from 'zod';
import { decide } from '../authorise.ts';
import { ServiceError } from '../errors.ts';
import { list, tagList, tagsOf } from '../iam/inputs.ts';
import type { Role } from '../iam/model.ts';
import { caseless } from '../iam/tag-keys.ts';
import { operation } from '../operation.ts';
import { type Context, evaluateTrust } from '../policy/evaluate.ts';
import { globalContext, policiesOf, requestTags, resourceTags } from '../principal-policies.ts';
import type { Principal } from '../principals.ts';
import { accountOf, type State } from '../state.ts';
import { checkDuration, sessionInput, sessionPoliciesOf, visibleRole } from './session-inputs.ts';
import { describeSession, issueSession } from './sessions.ts';

/**
 * Whether a caller may do an action (sts:AssumeRole, sts:TagSession) with a role, seen from the caller's account: the trust
 * policy has to admit it, and in another account the caller's own policies have to allow it as well.
 */
export function mayAssume(
  state: State,
  principal: Principal,
  role: Role,
  action: string,
  context: Context,
): boolean {
  const whole = { ...globalContext(state, principal), ...resourceTags(role.tags), ...context };
  const account = role.arn.split(':')[4] ?? '';
  const request = { principal: principal.arn, account, action, resource: role.arn, context: whole };
  if (evaluateTrust(request, role.trustPolicy, policiesOf(state, principal).identity) !== 'Allowed')
    return false;
  // Trust that names the caller stands in for an identity policy, but lifts neither boundary nor session policy.
  const own = decide(state, principal, { action, resource: role.arn, context });
  if (own.allowed) return true;
  return account === state.account && !own.explicit && own.kind === 'identity-based policy';
}

interface Tagging {
  tags: Record<string, string>;
  transitiveTagKeys: string[];
}

/** The tags of the new session: those asked for, and those of the caller's session that are transitive. */
function taggingOf(principal: Principal, asked: Tagging): Tagging {
  if (principal.type === 'User') return asked;
  const inherited = principal.transitiveTagKeys;
  const given = new Set(Object.keys(asked.tags).map(caseless));
  if (inherited.some((key) => given.has(caseless(key)))) {
    const message =
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
    throw new ServiceError('InvalidParameterValue', message);
  }
  const carried = Object.entries(principal.sessionTags).filter(([key]) => inherited.includes(key));
  return {
    tags: { ...asked.tags, ...Object.fromEntries(carried) },
    transitiveTagKeys: [...inherited, ...asked.transitiveTagKeys],
  };
}

export const assumeRole = operation(
  z.object({
    ...sessionInput,
    ExternalId: z.string().min(2).max(1224).optional(),
    SourceIdentity: z.string().optional(),
    Tags: tagList.default([]),
    TransitiveTagKeys: list(z.string()).default([]),
  }),
  (input, call) => {
    const { state, principal } = call;
    call.resource = input.RoleArn;
    const asked = { tags: tagsOf(input.Tags), transitiveTagKeys: input.TransitiveTagKeys };
    const { tags, transitiveTagKeys } = taggingOf(principal, asked);
    const context: Context = {
      ...requestTags(tags),
      'sts:RoleSessionName': input.RoleSessionName,
      ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      ...(input.TransitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': input.TransitiveTagKeys }),
    };
    const home = accountOf(state, input.RoleArn);
    const role = home && visibleRole(home, input.RoleArn);
    const actions = ['sts:AssumeRole', ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : [])];
    const refused = actions.find(
      (action) => role === undefined || !mayAssume(state, principal, role, action, context),
    );
    if (home === undefined || role === undefined || refused !== undefined) {
      const message = `User: ${principal.arn} is not authorized to perform: ${refused} on resource: ${input.RoleArn}`;
      throw new ServiceError('AccessDenied', message, 403);
    }
    checkDuration(role, input.DurationSeconds);
    if (principal.type === 'AssumedRole' && input.DurationSeconds > 3600) {
      throw new ServiceError(
        'ValidationError',
        'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
      );
    }
    const session = issueSession(home, {
      role,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      sessionPolicies: sessionPoliciesOf(state, input),
      sessionTags: tags,
      transitiveTagKeys,
    });
    return describeSession(session);
  },
);
