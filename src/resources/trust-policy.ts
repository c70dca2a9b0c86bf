/** The role's trust policy: compared by meaning, measured against the account's quota, moved without a gap. */
import type { Blocker, ChangeOf } from '../model/change.ts';
import type { Intent, OwnedRole } from '../model/config.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { World } from '../model/world.ts';
import { roleArn, roleNameOf } from '../policy/arn.ts';
import { policySize, sameMeaning } from '../policy/meaning.ts';
import { each } from './outcomes.ts';
import { change, NOTHING, type Resource, type Workshop } from './resource.ts';
import { mayWrite } from './role.ts';
import { trustWhileMoving, wantedNamespaces, wantedTrust } from './wanted-trust.ts';

export const trustPolicy: Resource<'trust-policy'> = {
  plan(intent, world) {
    if (intent.role.kind === 'referenced' || (world.role !== undefined && !mayWrite(intent, world)))
      return NOTHING;
    const document = wantedTrust(intent.role, intent, world);
    const blockers = tooLarge(intent.role, document, intent, world);
    const warnings = scopeWarnings(intent.role, document, world);
    return { changes: difference(intent.role, document, intent, world), blockers, warnings };
  },

  remove: () => NOTHING,

  /** A created role came with its trust policy already (CreateRole requires one); an update is written here. */
  async apply(changes, { write }) {
    return await each(changes, async ({ action, payload }) => {
      if (action === 'create') return;
      await write.aws.putTrustPolicy(payload.roleName, payload.during ?? payload.document);
    });
  },
};

/** After the rollout: the mechanism that no pod uses any more goes out of the trust policy. */
export async function finishTrustPolicy(
  changes: Parameters<typeof trustPolicy.apply>[0],
  { write }: Workshop,
): ReturnType<typeof trustPolicy.apply> {
  const open = changes.filter(({ payload }) => payload.during !== undefined);
  return await each(open, async ({ payload }) => {
    await write.aws.putTrustPolicy(payload.roleName, payload.document);
  });
}

function difference(
  role: OwnedRole,
  document: PolicyDocument,
  intent: Intent,
  world: World,
): readonly ChangeOf<'trust-policy'>[] {
  const there = world.role?.trustPolicy;
  if (there !== undefined && sameMeaning(there, document)) return [];
  const target = roleArn(intent, world.cluster);
  const { during, effect } = bridge(role, intent, world);
  const payload = { roleName: roleNameOf(target), document, ...(during !== undefined && { during }) };
  return [
    change('trust-policy', payload, {
      id: 'role/trust-policy',
      action: there === undefined ? 'create' : 'update',
      target,
      reason:
        there === undefined
          ? 'made together with the role'
          : 'it does not admit exactly the selected control planes',
      effect,
      before: there ?? null,
      after: document,
      severity: 'security',
    }),
  ];
}

/**
 * While pods move from one mechanism to the other, both are trusted, so that no running pod loses the trust of its role in between.
 * Without room for both under the quota the change is made at once, and the plan says what that means.
 */
function bridge(
  role: OwnedRole,
  intent: Intent,
  world: World,
): { readonly during?: PolicyDocument; readonly effect: string } {
  const during = trustWhileMoving(role, intent, world);
  if (during === undefined) return { effect: '' };
  if (during !== 'no-room')
    return { during, effect: 'both mechanisms are trusted until the pods have moved' };
  return {
    effect:
      'no room to trust both mechanisms at once: running pods get no new credentials until they restart',
  };
}

function tooLarge(
  role: OwnedRole,
  document: PolicyDocument,
  intent: Intent,
  world: World,
): readonly Blocker[] {
  const size = policySize(document);
  if (size <= world.trustPolicyQuota) return [];
  const count = wantedNamespaces(intent, world).length;
  const ways = [
    ...(intent.identity === 'irsa'
      ? ['use `identity: pod-identity`, whose trust policy takes about twice as many namespaces']
      : []),
    ...(role.trustScope === 'exact'
      ? ['use `trust-scope: pattern` (every namespace named like a host namespace is trusted)']
      : []),
    'ask AWS for a higher quota (Service Quotas, IAM, L-C07B4B0D “Role trust policy length”, up to 8,192)',
    'serve fewer control planes with `control-planes`',
  ];
  return [
    {
      reason: 'quota-exceeded',
      target: roleArn(intent, world.cluster),
      message: `the trust policy for ${count} namespaces has ${size} characters, the account allows ${world.trustPolicyQuota}${world.trustPolicyQuotaKnown ? '' : ' (AWS’s default; the account’s own figure could not be read)'}`,
      next: `Ways out: ${ways.join('; ')}.`,
    },
  ];
}

function scopeWarnings(role: OwnedRole, document: PolicyDocument, world: World): readonly string[] {
  const size = policySize(document);
  const full = size > world.trustPolicyQuota * 0.8 && size <= world.trustPolicyQuota;
  return [
    ...(role.trustScope === 'any-namespace'
      ? [
          '`trust-scope: any-namespace` lets a service account of that name in any namespace of the cluster assume the role',
        ]
      : []),
    ...(full
      ? [
          `the trust policy uses ${size} of ${world.trustPolicyQuota} characters: plan the next control planes`,
        ]
      : []),
  ];
}
