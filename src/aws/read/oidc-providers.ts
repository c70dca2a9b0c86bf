import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { OidcProvider } from '../../model/world.ts';
import type { AwsContext } from '../client/context.ts';
import { absent, request } from '../client/request.ts';
import { fromPairs } from '../client/tags.ts';

/** The identity provider under this ARN, which follows from the issuer: no list is needed. Thumbprints are left out, AWS ignores them. */
export async function readOidcProvider(aws: AwsContext, arn: string): Promise<OidcProvider | undefined> {
  const call = { tried: `read OIDC provider ${arn}`, action: 'iam:GetOpenIDConnectProvider', on: arn };
  const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
  const answer = await request(call, () => aws.clients.iam.send(command), { NoSuchEntity: absent });
  return answer && { arn, audiences: answer.ClientIDList ?? [], tags: fromPairs(answer.Tags) };
}
