/** The cluster's IAM OIDC provider, which IRSA needs. Shared by its nature: made when missing, never taken over, never narrowed. */
import type { Blocker, Change } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import { shortList } from '../model/count.ts';
import type { Planner } from '../model/desired.ts';
import type { AnnotatedAccount } from '../model/host.ts';
import type { OidcProvider, World } from '../model/world.ts';
import { STS_AUDIENCE } from '../policy/trust-documents.ts';
import { keeping, makeChange, NOTHING } from './change-maker.ts';
import { ownerOf, ownershipTags } from '../desired/ownership.ts';
import { ownRoleArns } from './own-roles.ts';

export const planOidcProvider: Planner = ({ intent }, world) => {
  const { iam, target } = world;
  // A role of another account trusts a provider of its own account.
  if (target.roleElsewhere) return NOTHING;
  if (target.issuer === '') return { changes: [], blockers: [noIssuer(world)] };
  const tags = ownershipTags(target, intent.tags);
  const { provider } = iam;
  if (provider === undefined) return { changes: [creation(world, tags)] };
  return provider.audiences.includes(STS_AUDIENCE)
    ? NOTHING
    : { changes: [missingAudience(provider, target.issuer)] };
};

export const removeOidcProvider: Planner = (desired, world) => {
  const { provider } = world.iam;
  if (provider === undefined || ownerOf(provider.tags, world.target) !== 'ours') return NOTHING;
  const { annotatedAccounts } = world;
  const own = ownRoleArns(desired.intent, world);
  if (annotatedAccounts === undefined)
    return { changes: [kept(provider, 'other service accounts may use it: they were not looked at')] };
  const users = otherUsers(annotatedAccounts, desired.intent, own);
  if (users.length > 0) return { changes: [kept(provider, usedBy(users))] };
  const removal = makeChange(
    {
      id: 'oidc-provider',
      action: 'delete',
      target: provider.arn,
      reason: 'this action made it for this cluster, and no other service account carries a role',
      effect: 'every role that trusts this provider stops working',
      before: { audiences: provider.audiences },
      severity: 'security',
    },
    {
      op: 'delete-oidc-provider',
      providerArn: provider.arn,
      ownRoles: [...own],
      replaces: { audiences: provider.audiences, tags: provider.tags },
    },
  );
  return { changes: [removal] };
};

/** Service accounts with a role that are not the workload's own. */
export function otherUsers(
  accounts: readonly AnnotatedAccount[],
  { serviceAccount }: Intent,
  own: ReadonlySet<string>,
): readonly string[] {
  return accounts
    .filter(({ name, roleArn }) => name !== serviceAccount || !own.has(roleArn))
    .map(({ namespace, name }) => `${namespace}/${name}`);
}

/** Why the provider stays, in words. */
export function usedBy(users: readonly string[]): string {
  return `service accounts with a role of their own use it: ${shortList(users, 3)}`;
}

function kept({ arn }: OidcProvider, reason: string): Change {
  return keeping({ id: 'oidc-provider', target: arn, reason, severity: 'availability' });
}

function creation({ target }: World, tags: OidcProvider['tags']): Change {
  const audiences = [STS_AUDIENCE];
  return makeChange(
    {
      id: 'oidc-provider',
      action: 'create',
      target: target.providerArn,
      reason: "IAM does not know the cluster's token issuer yet",
      after: { url: target.issuer, audiences },
      severity: 'security',
    },
    { op: 'create-oidc-provider', arn: target.providerArn, url: target.issuer, audiences, tags },
  );
}

function missingAudience({ arn, audiences }: OidcProvider, url: string): Change {
  return makeChange(
    {
      id: 'oidc-provider/audience',
      action: 'update',
      target: arn,
      reason: `the provider does not accept tokens for ${STS_AUDIENCE}`,
      before: { url, audiences },
      after: { url, audiences: [...audiences, STS_AUDIENCE].toSorted() },
      severity: 'availability',
    },
    { op: 'add-audience', providerArn: arn, audience: STS_AUDIENCE },
  );
}

function noIssuer({ target }: World): Blocker {
  return {
    reason: 'invalid-input',
    target: target.clusterArn,
    message: 'the cluster has no OIDC issuer (a local cluster, or one still being made), so IRSA cannot work',
    next: 'Use `identity: pod-identity`, or run again when the cluster is active.',
  };
}
