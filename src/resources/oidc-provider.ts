/** The cluster's IAM OIDC provider, which IRSA needs. Shared by its nature: made when missing, never narrowed. */
import type { Blocker, Change } from '../model/change.ts';
import type { Planner } from '../model/desired.ts';
import type { OidcProvider, World } from '../model/world.ts';
import { STS_AUDIENCE } from '../policy/trust-documents.ts';
import { makeChange, NOTHING } from './change-maker.ts';
import { missingTags, ownerOf, ownershipTags } from './ownership.ts';

export const planOidcProvider: Planner = ({ intent }, world) => {
  const { iam, target } = world;
  // A role of another account trusts a provider of its own account.
  if (target.roleElsewhere) return NOTHING;
  if (target.issuer === '') return { changes: [], blockers: [noIssuer(world)] };
  const tags = ownershipTags(target, intent.tags);
  const { provider } = iam;
  if (provider === undefined) return { changes: [creation(world, tags)] };
  const takeOver = intent.adopt && ownerOf(provider.tags, target) === 'unmanaged';
  return {
    changes: [
      ...(takeOver ? [adoption(provider, tags)] : []),
      ...(provider.audiences.includes(STS_AUDIENCE) ? [] : [missingAudience(provider, target.issuer)]),
    ],
  };
};

export const removeOidcProvider: Planner = (_desired, { iam: { provider }, target }) => {
  if (provider === undefined || ownerOf(provider.tags, target) !== 'ours') return NOTHING;
  const removal = makeChange(
    {
      id: 'oidc-provider',
      action: 'delete',
      target: provider.arn,
      reason: 'this action made it for this cluster',
      effect: 'every other role that trusts this provider stops working',
      before: { audiences: provider.audiences },
      severity: 'security',
    },
    { op: 'delete-oidc-provider', providerArn: provider.arn },
  );
  return { changes: [removal] };
};

function creation({ target }: World, tags: OidcProvider['tags']): Change {
  const audiences = [STS_AUDIENCE];
  return makeChange(
    {
      id: 'oidc-provider',
      action: 'create',
      target: target.providerArn,
      reason: 'IAM does not know the cluster’s token issuer yet',
      after: { url: target.issuer, audiences },
      severity: 'security',
    },
    { op: 'create-oidc-provider', arn: target.providerArn, url: target.issuer, audiences, tags },
  );
}

function adoption(provider: OidcProvider, tags: OidcProvider['tags']): Change {
  return makeChange(
    {
      id: 'oidc-provider',
      action: 'update',
      target: provider.arn,
      reason: '`adopt: true` takes over the provider made elsewhere; `destroy` will delete it',
      before: { tags: provider.tags },
      after: { tags: { ...provider.tags, ...tags } },
      severity: 'hygiene',
    },
    { op: 'tag-oidc-provider', providerArn: provider.arn, tags: missingTags(tags, provider.tags) },
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
