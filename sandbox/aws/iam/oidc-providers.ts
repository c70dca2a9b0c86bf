/** The operations on OIDC providers. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import type { Context } from '../policy/evaluate.ts';
import { requestTags, resourceTags } from '../principal-policies.ts';
import { checkTags, limitExceeded } from './access.ts';
import { withoutTags, withTags } from './tag-keys.ts';
import { list, tagKeys, tagList, tagListOf, tagsOf } from './inputs.ts';
import type { OidcProvider } from './model.ts';

const arn = z.string().min(20).max(2048);
const clientId = z.string().min(1).max(255);

function permittedProvider(
  call: Call,
  action: string,
  providerArn: string,
  context: Context = {},
): OidcProvider {
  const provider = call.state.iam.providers.get(providerArn);
  call.permit({
    action: `iam:${action}`,
    resource: providerArn,
    context: { ...resourceTags(provider?.tags ?? {}), ...context },
  });
  if (provider === undefined) {
    throw new ServiceError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${providerArn}`, 404);
  }
  return provider;
}

function save(call: Call, provider: OidcProvider): void {
  call.state.iam.providers.set(provider.arn, provider, call.state.now());
}

function checkUrl(url: string): string {
  if (!/^https:\/\/[a-z0-9.-]+(\/[\w./~-]*)?$/i.test(url)) {
    throw new ServiceError('ValidationError', 'Invalid Open ID Connect Provider URL');
  }
  return url.replace(/^https:\/\//, '').replace(/\/$/, '');
}

const create = operation(
  z.object({
    Url: z.string().max(255),
    ClientIDList: list(clientId).optional(),
    ThumbprintList: list(z.string().length(40)).optional(),
    Tags: tagList.optional(),
  }),
  (input, call) => {
    const { iam, settings } = call.state;
    const url = checkUrl(input.Url);
    const tags = tagsOf(input.Tags);
    const providerArn = iam.arn(`oidc-provider/${url}`);
    const context = requestTags(tags);
    call.permit({ action: 'iam:CreateOpenIDConnectProvider', resource: providerArn, context });
    if (Object.keys(tags).length > 0) {
      call.permit({ action: 'iam:TagOpenIDConnectProvider', resource: providerArn, context });
    }
    checkTags(tags, 'TagsPerOpenIdConnectProvider');
    if (iam.providers.get(providerArn) !== undefined) {
      throw new ServiceError('EntityAlreadyExists', `Provider with url https://${url} already exists.`, 409);
    }
    if (iam.providers.values().length >= settings.oidcProviderQuota) {
      throw limitExceeded(
        `Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${settings.oidcProviderQuota}`,
      );
    }
    save(call, {
      arn: providerArn,
      url,
      clientIds: [...new Set(input.ClientIDList)],
      // IAM fetches the thumbprint of the issuer's CA when none is given.
      thumbprints: input.ThumbprintList ?? [createHash('sha1').update(url).digest('hex')],
      createdAt: call.state.now(),
      tags,
    });
    return { OpenIDConnectProviderArn: providerArn, Tags: input.Tags };
  },
);

const byArn = z.object({ OpenIDConnectProviderArn: arn });

export const oidcProviderOperations: Operations = {
  CreateOpenIDConnectProvider: create,
  GetOpenIDConnectProvider: operation(byArn, (input, call) => {
    const provider = permittedProvider(call, 'GetOpenIDConnectProvider', input.OpenIDConnectProviderArn);
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: new Date(provider.createdAt),
      Tags: tagListOf(provider.tags),
    };
  }),
  ListOpenIDConnectProviders: operation(z.object({}), (_input, call) => {
    const { iam } = call.state;
    call.permit({ action: 'iam:ListOpenIDConnectProviders', resource: iam.arn('oidc-provider/*') });
    return { OpenIDConnectProviderList: iam.providers.values().map((provider) => ({ Arn: provider.arn })) };
  }),
  AddClientIDToOpenIDConnectProvider: operation(byArn.extend({ ClientID: clientId }), (input, call) => {
    const provider = permittedProvider(
      call,
      'AddClientIDToOpenIDConnectProvider',
      input.OpenIDConnectProviderArn,
    );
    const clientIds = [...new Set([...provider.clientIds, input.ClientID])];
    if (clientIds.length > 100)
      throw limitExceeded('Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100');
    save(call, { ...provider, clientIds });
  }),
  TagOpenIDConnectProvider: operation(byArn.extend({ Tags: tagList }), (input, call) => {
    const added = tagsOf(input.Tags);
    const context = requestTags(added);
    const provider = permittedProvider(
      call,
      'TagOpenIDConnectProvider',
      input.OpenIDConnectProviderArn,
      context,
    );
    const tags = withTags(provider.tags, added);
    checkTags(tags, 'TagsPerOpenIdConnectProvider');
    save(call, { ...provider, tags });
  }),
  UntagOpenIDConnectProvider: operation(byArn.extend({ TagKeys: tagKeys }), (input, call) => {
    const context = { 'aws:TagKeys': input.TagKeys };
    const provider = permittedProvider(
      call,
      'UntagOpenIDConnectProvider',
      input.OpenIDConnectProviderArn,
      context,
    );
    save(call, { ...provider, tags: withoutTags(provider.tags, input.TagKeys) });
  }),
  DeleteOpenIDConnectProvider: operation(byArn, (input, call) => {
    const providerArn = input.OpenIDConnectProviderArn;
    const { providers } = call.state.iam;
    const context = resourceTags(providers.get(providerArn)?.tags ?? {});
    call.permit({ action: 'iam:DeleteOpenIDConnectProvider', resource: providerArn, context });
    // Deleting a provider that is not there is no error.
    providers.set(providerArn, undefined, call.state.now());
  }),
};
