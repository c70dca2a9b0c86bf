/** AssumeRoleWithWebIdentity: a role taken with the token of an OIDC issuer. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { operation } from '../operation.ts';
import { type Context, evaluateTrust } from '../policy/evaluate.ts';
import { resourceTags } from '../principal-policies.ts';
import { accountOf } from '../state.ts';
import { checkDuration, sessionInput, sessionPoliciesOf, visibleRole } from './session-inputs.ts';
import { describeSession, issueSession } from './sessions.ts';
import { verifyWebIdentity, type WebIdentity } from './web-identity-token.ts';

/** Claims of GitHub's tokens that STS offers as condition keys, next to aud and sub. */
const githubClaims = [
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
];

/** The keys that stay for all calls of the session; the other claims count for the trust policy alone (IAM user guide, OIDC federation keys). */
function subjectKeys({ provider, subject, audience }: WebIdentity): Record<string, string> {
  return { [`${provider.url}:aud`]: audience, [`${provider.url}:sub`]: subject };
}

function claimContext(identity: WebIdentity): Context {
  const { provider, claims } = identity;
  const extra = provider.url.startsWith('token.actions.') ? githubClaims : [];
  const known = extra.flatMap((name): [string, string][] => {
    const value = claims[name];
    return typeof value === 'string' ? [[`${provider.url}:${name}`, value]] : [];
  });
  return { ...subjectKeys(identity), ...Object.fromEntries(known) };
}

/** AssumeRoleWithWebIdentity: unsigned, the token is the credential. */
export const assumeRoleWithWebIdentity = operation(
  z.object({
    ...sessionInput,
    WebIdentityToken: z.string().min(4).max(20_000),
    ProviderId: z.string().optional(),
  }),
  async (input, call) => {
    // Nobody has signed it: the role tells the account.
    const state = accountOf(call.state, input.RoleArn) ?? call.state;
    call.resource = input.RoleArn;
    const identity = await verifyWebIdentity(state, input.WebIdentityToken);
    const { provider } = identity;
    const role = visibleRole(state, input.RoleArn);
    const action = 'sts:AssumeRoleWithWebIdentity';
    const context: Context = {
      ...claimContext(identity),
      ...resourceTags(role?.tags ?? {}),
      'aws:CurrentTime': new Date(state.now()).toISOString(),
      'aws:FederatedProvider': provider.arn,
      'aws:RequestedRegion': state.region,
      'aws:SecureTransport': 'true',
      'sts:RoleSessionName': input.RoleSessionName,
    };
    const request = {
      principal: provider.arn,
      account: state.account,
      action,
      resource: input.RoleArn,
      context,
    };
    if (role === undefined || evaluateTrust(request, role.trustPolicy) !== 'Allowed') {
      throw new ServiceError('AccessDenied', `Not authorized to perform ${action}`, 403);
    }
    checkDuration(role, input.DurationSeconds);
    const session = issueSession(state, {
      role,
      sessionName: input.RoleSessionName,
      durationSeconds: input.DurationSeconds,
      sessionPolicies: sessionPoliciesOf(state, input),
      webIdentity: { provider: provider.arn, keys: subjectKeys(identity) },
    });
    return {
      ...describeSession(session),
      SubjectFromWebIdentityToken: identity.subject,
      Audience: identity.audience,
      Provider: provider.arn,
    };
  },
);
