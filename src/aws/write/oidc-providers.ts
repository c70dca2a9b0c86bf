/** Creates, changes and deletes OIDC providers of IAM. */
import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import type { CreateOidcProvider, DeleteOidcProvider } from '../../model/write.ts';
import type { OidcProvider } from '../../model/world.ts';
import { differingTags } from '../../policy/tags.ts';
import { toPairs } from '../client/api-values.ts';
import { absent, type AwsContext } from '../client/request.ts';
import { readOidcProvider } from '../read/oidc-providers.ts';
import { type Existing, takeExisting } from './existing.ts';
import { changedSince } from './lost-update.ts';
import { writeIam } from './transient.ts';

/**
 * Sends no thumbprint: AWS trusts the certificate authorities of EKS's issuers by itself. When somebody else has made the
 * provider since the plan, it is used as it is and only gets the missing audiences: a provider is shared anyway.
 */
export async function createOidcProvider(aws: AwsContext, spec: CreateOidcProvider): Promise<void> {
  const call = {
    tried: `create OIDC provider ${spec.arn}`,
    action: 'iam:CreateOpenIDConnectProvider',
    on: spec.arn,
  };
  const command = new CreateOpenIDConnectProviderCommand({
    Url: spec.url,
    ClientIDList: [...spec.audiences],
    Tags: toPairs(spec.tags),
  });
  await writeIam(aws, call, () => aws.clients.iam.send(command), {
    EntityAlreadyExists: async (error) => {
      const existing = await takeExisting(aws, call, existingProvider(aws, spec), error);
      for (const audience of spec.audiences) {
        if (existing?.audiences.includes(audience) !== true) await addAudience(aws, spec.arn, audience);
      }
    },
  });
}

/** Whoever made it: nothing of a provider but its audiences makes a difference. */
function existingProvider(aws: AwsContext, { arn }: CreateOidcProvider): Existing<OidcProvider> {
  return {
    find: async () => await readOidcProvider(aws, arn),
    nameOf: () => `OIDC provider ${arn}`,
    whyOthers: () => undefined,
    differenceTo: () => undefined,
    advice: '',
  };
}

/** IAM accepts an audience that the provider already has. */
export async function addAudience(aws: AwsContext, providerArn: string, audience: string): Promise<void> {
  const call = {
    tried: `add audience ${audience} to OIDC provider ${providerArn}`,
    action: 'iam:AddClientIDToOpenIDConnectProvider',
    on: providerArn,
  };
  const input = { OpenIDConnectProviderArn: providerArn, ClientID: audience };
  await writeIam(aws, call, () => aws.clients.iam.send(new AddClientIDToOpenIDConnectProviderCommand(input)));
}

/**
 * A provider that is already gone is no error. Throws `plan-changed` when it has got an audience or lost a tag since the plan:
 * somebody else uses it.
 */
export async function deleteOidcProvider(
  aws: AwsContext,
  { providerArn, replaces }: DeleteOidcProvider,
): Promise<void> {
  const call = {
    tried: `delete OIDC provider ${providerArn}`,
    action: 'iam:DeleteOpenIDConnectProvider',
    on: providerArn,
  };
  const actual = await readOidcProvider(aws, providerArn);
  if (actual !== undefined && isChanged(actual, replaces))
    throw changedSince(call, `OIDC provider ${providerArn}`);
  const input = { OpenIDConnectProviderArn: providerArn };
  await writeIam(aws, call, () => aws.clients.iam.send(new DeleteOpenIDConnectProviderCommand(input)), {
    NoSuchEntity: absent,
  });
}

function isChanged(actual: OidcProvider, { audiences, tags }: DeleteOidcProvider['replaces']): boolean {
  const isNew = actual.audiences.some((audience) => !audiences.includes(audience));
  return isNew || Object.keys(differingTags(tags, actual.tags, 'iam')).length > 0;
}
