/** AssumeRole: a role taken by a principal of the account. */
import { z } from 'zod';
import { decide } from '../authorise.ts';
import { ServiceError } from '../errors.ts';
import { list, tagList, tagsOf } from '../iam/inputs.ts';
import type { Role } from '../iam/model.ts';
import { operation } from '../operation.ts';
import type { Context } from '../policy/evaluate.ts';
import { evaluateTrust } from '../policy/evaluate.ts';
import { globalContext, policiesOf, requestTags, resourceTags } from '../principal-policies.ts';
import type { Principal } from '../principals.ts';
import type { State } from '../state.ts';
import { checkDuration, sessionInput, sessionPoliciesOf, visibleRole } from './session-inputs.ts';
import { describeSession, issueSession } from './sessions.ts';

/** Whether a caller of the account may do an action (sts:AssumeRole, sts:TagSession) with a role. */
export function mayAssume(
  state: State,
  principal: Principal,
  role: Role,
  action: string,
  context: Context,
): boolean {
  const whole = { ...globalContext(state, principal), ...resourceTags(role.tags), ...context };
  const request = {
    principal: principal.arn,
    account: state.account,
    action,
    resource: role.arn,
    context: whole,
  };
  if (evaluateTrust(request, role.trustPolicy, policiesOf(state, principal).identity) !== 'Allowed')
    return false;
  // Trust that names the caller stands in for an identity policy, but lifts neither boundary nor session policy.
  const own = decide(state, principal, { action, resource: role.arn, context });
  return own.allowed || (!own.explicit && own.kind === 'identity-based policy');
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
    const inherited = principal.type === 'User' ? [] : principal.transitiveTagKeys;
    const inheritedTags = principal.type === 'User' ? {} : principal.sessionTags;
    const carried = Object.fromEntries(
      Object.entries(inheritedTags).filter(([key]) => inherited.includes(key)),
    );
    const tags = { ...tagsOf(input.Tags), ...carried };
    const context: Context = {
      ...requestTags(tags),
      'sts:RoleSessionName': input.RoleSessionName,
      ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      ...(input.TransitiveTagKeys.length === 0 ? {} : { 'sts:TransitiveTagKeys': input.TransitiveTagKeys }),
    };
    const role = visibleRole(state, input.RoleArn);
    const actions = ['sts:AssumeRole', ...(Object.keys(tags).length > 0 ? ['sts:TagSession'] : [])];
    const refused = actions.find(
      (action) => role === undefined || !mayAssume(state, principal, role, action, context),
    );
    if (role === undefined || refused !== undefined) {
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
    const session = issueSession(state, {
      role,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      sessionPolicies: sessionPoliciesOf(state, input),
      sessionTags: tags,
      transitiveTagKeys: [...new Set([...inherited, ...input.TransitiveTagKeys])],
    });
    return describeSession(session);
  },
);
