/** The one inline policy that says what the workload's role may read. */
import type { Blocker } from '../model/change.ts';
import type { Planner } from '../model/desired.ts';
import type { PolicyDocument } from '../model/policy.ts';
import { ACCESS_POLICY_NAME, accessPolicy } from '../policy/access-policy.ts';
import { isEquivalent, policySize } from '../policy/equivalence.ts';
import { makeChange, NOTHING } from './change-maker.ts';
import { isWritable } from './role.ts';

/** IAM's quota for all inline policies of a role together, white space not counted. */
const INLINE_QUOTA = 10_240;

export const planAccessPolicy: Planner = (desired, { iam, target }) => {
  if (!isWritable(desired.intent, iam.role, target)) return NOTHING;
  const document = accessPolicy(desired.grants);
  const policies = iam.role?.inlinePolicies ?? {};
  const actual = policies[ACCESS_POLICY_NAME];
  if (actual !== undefined && isEquivalent(actual, document)) return NOTHING;
  const change = makeChange(
    {
      id: 'role/access-policy',
      action: actual === undefined ? 'create' : 'update',
      target: target.roleArn,
      reason:
        actual === undefined
          ? 'the role has no access policy yet'
          : 'the policy grants something else than the inputs ask for',
      before: actual ?? null,
      after: document,
      severity: 'security',
    },
    {
      op: 'put-inline-policy',
      roleName: target.roleName,
      policyName: ACCESS_POLICY_NAME,
      document,
      replaces: actual ?? null,
    },
  );
  return { changes: [change], blockers: tooLarge(document, policies, target.roleArn) };
};

function tooLarge(
  document: PolicyDocument,
  policies: Readonly<Record<string, PolicyDocument>>,
  target: string,
): readonly Blocker[] {
  const others = Object.entries(policies).filter(([name]) => name !== ACCESS_POLICY_NAME);
  const taken = others.reduce((sum, [, policy]) => sum + policySize(policy), 0);
  const size = policySize(document) + taken;
  if (size <= INLINE_QUOTA) return [];
  const message = `the role's inline policies would have ${size} characters, IAM allows ${INLINE_QUOTA}`;
  const next =
    taken === 0
      ? 'Use fewer, shorter prefixes.'
      : `Use fewer, shorter prefixes, or take off the role what others have put on it (${taken} characters).`;
  return [{ reason: 'quota-exceeded', target, message, next }];
}
