/** The cluster's IAM OIDC provider, which IRSA needs. Shared by its nature: made when missing, never narrowed. */
import type { Intent } from '../model/config.ts';
import type { World } from '../model/world.ts';
import { accountOf, providerArn, roleArn } from '../policy/arn.ts';
import { STS_AUDIENCE } from '../policy/trust.ts';
import { each } from './outcomes.ts';
import { marked, missingTags, ownerOf } from './ownership.ts';
import { change, NOTHING, type Proposal, type Resource } from './resource.ts';

export const oidcProvider: Resource<'oidc-provider'> = {
  plan(intent, world) {
    // A role of another account trusts a provider of its own account.
    const elsewhere = accountOf(roleArn(intent, world.cluster)) !== world.cluster.account;
    if (intent.identity !== 'irsa' || elsewhere) return NOTHING;
    const { issuer } = world.cluster;
    return issuer === undefined ? noIssuer(world) : planFor(issuer, intent, world);
  },

  remove(_intent, { provider, cluster }) {
    if (provider === undefined || ownerOf(provider.tags, cluster) !== 'ours') return NOTHING;
    const removal = change(
      'oidc-provider',
      { arn: provider.arn, url: '', audiences: [], tags: {} },
      {
        id: 'oidc-provider',
        action: 'delete',
        target: provider.arn,
        reason: 'this action made it for this cluster',
        effect: 'every other role that trusts this provider stops working',
        before: { audiences: provider.audiences },
        severity: 'security',
      },
    );
    return { changes: [removal] };
  },

  async apply(changes, { write }) {
    return await each(changes, async ({ id, action, payload }) => {
      if (action === 'create') await write.aws.createOidcProvider(payload);
      else if (action === 'delete') await write.aws.deleteOidcProvider(payload.arn);
      else if (id === 'oidc-provider') await write.aws.tagOidcProvider(payload.arn, payload.tags);
      else for (const audience of payload.audiences) await write.aws.addAudience(payload.arn, audience);
    });
  },
};

function planFor(issuer: string, intent: Intent, world: World): Proposal {
  const { cluster, provider } = world;
  const arn = providerArn(cluster, issuer);
  const spec = { arn, url: issuer, audiences: [STS_AUDIENCE], tags: marked(cluster, intent.tags) };
  const draft = { target: arn, after: { url: issuer, audiences: [STS_AUDIENCE] } };
  if (provider === undefined) {
    const reason = 'IAM does not know the cluster’s token issuer yet';
    return {
      changes: [
        change('oidc-provider', spec, {
          ...draft,
          id: 'oidc-provider',
          action: 'create',
          reason,
          severity: 'security',
        }),
      ],
    };
  }
  const before = { url: issuer, audiences: provider.audiences };
  const audienceMissing = !provider.audiences.includes(STS_AUDIENCE);
  const takeOver = intent.adopt && ownerOf(provider.tags, cluster) === 'unmarked';
  return {
    changes: [
      ...(takeOver
        ? [
            change(
              'oidc-provider',
              { ...spec, tags: missingTags(spec.tags, provider.tags) },
              {
                ...draft,
                id: 'oidc-provider',
                action: 'update',
                reason: '`adopt: true` takes over the provider made elsewhere; `destroy` will delete it',
                before: { tags: provider.tags },
                after: { tags: { ...provider.tags, ...spec.tags } },
                severity: 'hygiene',
              },
            ),
          ]
        : []),
      ...(audienceMissing
        ? [
            change('oidc-provider', spec, {
              ...draft,
              id: 'oidc-provider/audience',
              action: 'update',
              reason: `the provider does not accept tokens for ${STS_AUDIENCE}`,
              before,
              after: { url: issuer, audiences: [...provider.audiences, STS_AUDIENCE].toSorted() },
              severity: 'availability',
            }),
          ]
        : []),
    ],
  };
}

function noIssuer(world: World): Proposal {
  return {
    changes: [],
    blockers: [
      {
        reason: 'invalid-input',
        target: world.cluster.arn,
        message:
          'the cluster has no OIDC issuer (a local cluster, or one still being made), so IRSA cannot work',
        next: 'Use `identity: pod-identity`, or run again when the cluster is active.',
      },
    ],
  };
}
