import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
} from '@aws-sdk/client-iam';
import type { ProviderSpec } from '../../model/change.ts';
import type { Tags } from '../../model/world.ts';
import type { AwsContext } from '../client/context.ts';
import { readOidcProvider } from '../read/oidc-providers.ts';
import { absent } from '../client/request.ts';
import { toPairs } from '../client/tags.ts';
import { writeIam } from './iam.ts';

const EXISTS = 'exists';

/**
 * Without a thumbprint: AWS knows the authorities of EKS's issuers by itself. A provider that somebody else made meanwhile
 * is shared by its nature, and only given the audiences that it lacks.
 */
export async function createOidcProvider(aws: AwsContext, spec: ProviderSpec): Promise<void> {
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
  const answer = await writeIam(aws, call, () => aws.clients.iam.send(command), {
    EntityAlreadyExists: () => EXISTS,
  });
  if (answer !== EXISTS) return;
  aws.log.info(`OIDC provider ${spec.arn} has been made by somebody else meanwhile: it is used as it is`);
  const there = await readOidcProvider(aws, spec.arn);
  for (const audience of spec.audiences) {
    if (there?.audiences.includes(audience) !== true) await addAudience(aws, spec.arn, audience);
  }
}

/** IAM takes an audience that is already there without complaint. */
export async function addAudience(aws: AwsContext, providerArn: string, audience: string): Promise<void> {
  const call = {
    tried: `add audience ${audience} to OIDC provider ${providerArn}`,
    action: 'iam:AddClientIDToOpenIDConnectProvider',
    on: providerArn,
  };
  const input = { OpenIDConnectProviderArn: providerArn, ClientID: audience };
  await writeIam(aws, call, () => aws.clients.iam.send(new AddClientIDToOpenIDConnectProviderCommand(input)));
}

/** Adds these tags and leaves all others as they are. */
export async function tagOidcProvider(aws: AwsContext, providerArn: string, tags: Tags): Promise<void> {
  const call = {
    tried: `tag OIDC provider ${providerArn}`,
    action: 'iam:TagOpenIDConnectProvider',
    on: providerArn,
  };
  const input = { OpenIDConnectProviderArn: providerArn, Tags: toPairs(tags) };
  await writeIam(aws, call, () => aws.clients.iam.send(new TagOpenIDConnectProviderCommand(input)));
}

export async function deleteOidcProvider(aws: AwsContext, providerArn: string): Promise<void> {
  const call = {
    tried: `delete OIDC provider ${providerArn}`,
    action: 'iam:DeleteOpenIDConnectProvider',
    on: providerArn,
  };
  const input = { OpenIDConnectProviderArn: providerArn };
  await writeIam(aws, call, () => aws.clients.iam.send(new DeleteOpenIDConnectProviderCommand(input)), {
    NoSuchEntity: absent,
  });
}
