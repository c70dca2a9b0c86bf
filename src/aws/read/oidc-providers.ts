/** Reads an OIDC provider of IAM. */
import { GetOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { OidcProvider } from '../../model/world.ts';
import { fromPairs } from '../client/api-values.ts';
import { absent, type AwsContext, request } from '../client/request.ts';

/** Undefined when it does not exist. Thumbprints are left out: AWS ignores them for the issuers of EKS. */
export async function readOidcProvider(aws: AwsContext, arn: string): Promise<OidcProvider | undefined> {
  const call = { tried: `read OIDC provider ${arn}`, action: 'iam:GetOpenIDConnectProvider', on: arn };
  const command = new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn });
  const answer = await request(call, () => aws.clients.iam.send(command), { NoSuchEntity: absent });
  return answer && { arn, audiences: answer.ClientIDList ?? [], tags: fromPairs(answer.Tags) };
}
