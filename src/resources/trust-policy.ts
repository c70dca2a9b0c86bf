/** The role's trust policy: compared by meaning, measured against the account's quota, moved without a gap. */
import { countOf } from '../model/count.ts';
import { type DesiredTrust, desiredTrust } from '../desired/trust.ts';
import type { Blocker, Change, ChangeBy } from '../model/change.ts';
import type { OwnedRole } from '../model/config.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Role, World } from '../model/world.ts';
import { isEquivalent, policySize } from '../policy/equivalence.ts';
import { makeChange, NOTHING } from './change-maker.ts';
import { opennessOf } from './openness.ts';
import { isWritable } from './role.ts';

export const planTrustPolicy: Planner = (desired, world) => {
  const { role } = desired.intent;
  const { iam, target } = world;
  if (role.kind === 'referenced' || !isWritable(desired.intent, iam.role, target)) return NOTHING;
  const trust = desiredTrust(role, desired, world);
  return {
    changes: iam.role === undefined ? [] : differences(iam.role, trust, opennessOf(trust, world)),
    blockers: tooLarge(role, trust, desired, world),
    warnings: scopeWarnings(role, trust.final, world),
  };
};

/**
 * While pods move from one mechanism to the other, both are trusted: a change of its own before the restarts, and one after
 * them that takes the other mechanism out. So no running pod loses the trust of its role in between. Without room for both
 * under the quota the change is made at once, and the plan says what that means.
 */
function differences(role: Role, trust: DesiredTrust, openness: string): readonly Change[] {
  const { final, bridge, moves = 'mechanism' } = trust;
  const actual = role.trustPolicy;
  if (isEquivalent(actual, final)) return [];
  if (bridge === undefined || bridge === 'no-room') {
    const effect =
      bridge === undefined
        ? openness
        : 'no room to trust both mechanisms at once: running pods get no new credentials until they restart';
    return [update(role, { op: 'put-trust-policy', before: actual, document: final, effect })];
  }
  const isBridged = isEquivalent(actual, bridge);
  const narrowed = update(role, {
    op: 'narrow-trust-policy',
    before: isBridged ? actual : bridge,
    document: final,
    effect: join(AFTER[moves], openness),
  });
  return isBridged ? [narrowed] : [bridging(role, bridge, moves), narrowed];
}

const AFTER = {
  mechanism: 'after the restarts: until then both mechanisms are trusted',
  sessions: 'after the restarts: until then sessions without tags are trusted',
};

const WHILE = {
  mechanism: {
    reason: 'pods move from one mechanism to the other',
    effect: 'both mechanisms are trusted until the pods have moved',
  },
  sessions: {
    reason: 'associations move from session policies to session tags',
    effect: 'sessions without tags are trusted until they have moved',
  },
};

const join = (...effects: readonly string[]): string => effects.filter((text) => text !== '').join('; ');

interface TrustUpdate {
  readonly op: ChangeBy<'put-trust-policy' | 'narrow-trust-policy'>['write']['op'];
  /** What it replaces. */
  readonly before: PolicyDocument;
  readonly document: PolicyDocument;
  readonly effect: string;
}

function update({ arn, name }: Role, { op, before, document, effect }: TrustUpdate): Change {
  return makeChange(
    {
      id: 'role/trust-policy',
      action: 'update',
      target: arn,
      reason: 'it does not admit exactly the selected control planes',
      effect,
      before,
      after: document,
      severity: 'security',
    },
    { op, roleName: name, document, replaces: before },
  );
}

function bridging(
  { arn, name, trustPolicy }: Role,
  document: PolicyDocument,
  moves: keyof typeof WHILE,
): Change {
  return makeChange(
    {
      id: 'role/trust-policy/bridge',
      action: 'update',
      target: arn,
      ...WHILE[moves],
      before: trustPolicy,
      after: document,
      severity: 'security',
    },
    { op: 'put-trust-policy', roleName: name, document, replaces: trustPolicy },
  );
}

function tooLarge(role: OwnedRole, trust: DesiredTrust, desired: Desired, world: World): readonly Blocker[] {
  const { trustPolicyQuota: quota, trustPolicyQuotaKnown: isKnown } = world.iam;
  const size = policySize(trust.final);
  if (size <= quota) return [];
  const source = isKnown
    ? ''
    : " (AWS's default, or the size of what it has taken before; the account's own figure could not be read)";
  const ways = [
    ...desired.mechanism.trustQuotaAdvice,
    ...(role.trustScope === 'exact'
      ? ['use `trust-scope: pattern` (every namespace named like a host namespace is trusted)']
      : []),
    'ask AWS for a higher quota (Service Quotas, IAM, L-C07B4B0D “Role trust policy length”, up to 8,192)',
    'serve fewer control planes with `control-planes`',
  ];
  return [
    {
      reason: 'quota-exceeded',
      target: world.target.roleArn,
      message: `the trust policy for ${countOf(trust.namespaces, 'namespace')} has ${size} characters, the account allows ${quota}${source}`,
      next: `Ways out: ${ways.join('; ')}.`,
    },
  ];
}

function scopeWarnings(
  { trustScope }: OwnedRole,
  document: PolicyDocument,
  { iam }: World,
): readonly string[] {
  const size = policySize(document);
  const quota = iam.trustPolicyQuota;
  const isWide = trustScope === 'any-namespace';
  // A figure that is taken from the policy itself says nothing of how much more fits.
  const isNearlyFull = size > quota * 0.8 && (iam.trustPolicyQuotaKnown ? size <= quota : size < quota);
  return [
    ...(isWide
      ? [
          '`trust-scope: any-namespace` lets a service account of that name in any namespace of the cluster assume the role',
        ]
      : []),
    ...(isNearlyFull
      ? [
          `the trust policy uses ${size} of ${quota} characters, so few more control planes fit: ask AWS for a higher quota in time (Service Quotas, IAM, L-C07B4B0D)`,
        ]
      : []),
  ];
}
