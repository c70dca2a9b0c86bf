/** The one inline policy that says what the workload's role may read. */
import { type DesiredAccess, desiredAccess } from '../desired/access.ts';
import type { Blocker, Change } from '../model/change.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import type { InlinePolicyWrite } from '../model/write.ts';
import { ACCESS_POLICY_NAME } from '../policy/access-policy.ts';
import { countOf } from '../model/count.ts';
import { isEquivalent, policySize } from '../policy/equivalence.ts';
import { makeChange, NOTHING } from './change-maker.ts';
import { isWritable } from './role.ts';

/** IAM's quota for all inline policies of a role together, white space not counted. */
const INLINE_QUOTA = 10_240;

export const planAccessPolicy: Planner = (desired, world) => {
  const { iam, target } = world;
  if (!isWritable(desired.intent, iam.role, target)) return NOTHING;
  const access = desiredAccess(desired, world);
  const changes = differences(access, desired, world);
  return changes.length === 0
    ? NOTHING
    : { changes, blockers: tooLarge(access, desired, iam.role?.inlinePolicies ?? {}, target.roleArn) };
};

/**
 * While pods move from one mechanism to the other, or associations to another target role, those that have not moved go on by
 * what is there: a change of its own before the restarts adds what is new, and one after them takes out what nobody uses any more.
 */
function differences(
  { final, bridge, moves = 'mechanism' }: DesiredAccess,
  desired: Desired,
  { iam, target }: World,
): readonly Change[] {
  const actual = iam.role?.inlinePolicies[ACCESS_POLICY_NAME];
  const whoReads = whoGoesOn(desired);
  const update = (before: PolicyDocument | null): Change =>
    put(target, { op: 'put-inline-policy', before, document: final }, whoReads);
  if (actual === undefined) return [update(null)];
  if (isEquivalent(actual, final)) return [];
  if (bridge === undefined) return [update(actual)];
  const isBridged = isEquivalent(actual, bridge);
  const before = isBridged ? actual : bridge;
  const effects = [AFTER[moves], ...whoReads];
  const narrowed = put(target, { op: 'narrow-inline-policy', before, document: final }, effects);
  return isBridged ? [narrowed] : [bridging(target, actual, bridge, WHILE[moves]), narrowed];
}

const AFTER = {
  mechanism: 'after the restarts: until then pods read by either mechanism',
  sessions: 'after the restarts: until then pods read by session tags or by their session policy',
  target: 'after the restarts: until then an association may go on to the target role of before',
};

const WHILE = {
  mechanism: {
    reason: 'pods move from one mechanism to the other',
    effect: 'what either lets them read stays until the pods have moved',
  },
  sessions: {
    reason: 'pods move between session tags and session policies',
    effect: 'what either lets them read stays until the pods have moved',
  },
  target: {
    reason: 'associations move from one target role to another',
    effect: 'both may be assumed until they have moved',
  },
};

/** The roles of stores are as wide as their makers have made them. */
function whoGoesOn({ grants, intent }: Desired): readonly string[] {
  const roles = grants.assumes.filter((arn) => arn !== intent.targetRoleArn);
  if (roles.length === 0) return [];
  return [`whoever controls a store can read whatever these roles may: ${roles.join(', ')}`];
}

interface AccessUpdate {
  readonly op: InlinePolicyWrite['op'];
  /** What it replaces; `null`: there is none. */
  readonly before: PolicyDocument | null;
  readonly document: PolicyDocument;
}

function put(
  { roleArn, roleName }: World['target'],
  { op, before, document }: AccessUpdate,
  effects: readonly string[],
): Change {
  const isNew = before === null;
  return makeChange(
    {
      id: 'role/access-policy',
      action: isNew ? 'create' : 'update',
      target: roleArn,
      reason: isNew
        ? 'the role has no access policy yet'
        : 'the policy grants something else than the inputs ask for',
      effect: effects.join('; '),
      before,
      after: document,
      severity: 'security',
    },
    { op, roleName, policyName: ACCESS_POLICY_NAME, document, replaces: before },
  );
}

function bridging(
  { roleArn, roleName }: World['target'],
  actual: PolicyDocument,
  document: PolicyDocument,
  why: Pick<Change, 'reason' | 'effect'>,
): Change {
  return makeChange(
    {
      ...why,
      // Of the contract's ids, the one of what is written; the narrowing that follows has the address of this name.
      id: 'role/access-policy',
      address: 'role/access-policy/bridge',
      action: 'update',
      target: roleArn,
      before: actual,
      after: document,
      severity: 'security',
    },
    {
      op: 'put-inline-policy',
      roleName,
      policyName: ACCESS_POLICY_NAME,
      document,
      replaces: actual,
    },
  );
}

const WHILE_LARGE = {
  mechanism: ' while pods move, with what either mechanism lets them read,',
  sessions: ' while pods move, with what session tags and session policies let them read,',
  target: ' while associations move, with both target roles,',
};

function tooLarge(
  { final, bridge = final, moves = 'mechanism', statements }: DesiredAccess,
  desired: Desired,
  policies: Readonly<Record<string, PolicyDocument>>,
  target: string,
): readonly Blocker[] {
  const others = Object.entries(policies).filter(([name]) => name !== ACCESS_POLICY_NAME);
  const taken = others.reduce((sum, [, policy]) => sum + policySize(policy), 0);
  const size = policySize(bridge) + taken;
  if (size <= INLINE_QUOTA) return [];
  const isOnlyBridge = policySize(final) + taken <= INLINE_QUOTA;
  const what = isOnlyBridge ? WHILE_LARGE[moves] : '';
  const who =
    statements === 0 ? '' : `, with a statement for each of ${countOf(statements, 'control plane')}`;
  const ways = [
    ...(isOnlyBridge ? ['move some control planes first, with `control-planes`'] : []),
    ...(statements === 0 ? [] : desired.mechanism.accessQuotaAdvice),
    'use fewer, shorter prefixes',
    ...(desired.grants.assumes.length > 1 ? ['name fewer `assume-roles`'] : []),
    ...(taken === 0 ? [] : [`take off the role what others have put on it (${taken} characters)`]),
    ...(statements === 0 ? [] : ['serve fewer control planes with this role, with `control-planes`']),
  ];
  return [
    {
      reason: 'quota-exceeded',
      target,
      message: `the role's inline policies would have ${size} characters${what}${who}, IAM allows ${INLINE_QUOTA}`,
      next: `Ways out: ${ways.join('; ')}.`,
    },
  ];
}
