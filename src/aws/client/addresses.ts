/** Where the clients of the SDK send their calls, by the SDK's own choice. */
import { ListClustersCommand } from '@aws-sdk/client-eks';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { getEndpointFromInstructions } from '@smithy/core/endpoints';
import type { AwsClients } from './clients.ts';

/** The addresses of IAM, EKS and STS. Sends nothing. Empty when the job's settings are not valid: the first call says why. */
export async function addressesOf({ iam, eks, sts }: AwsClients): Promise<readonly string[]> {
  try {
    const endpoints = await Promise.all([
      getEndpointFromInstructions({}, ListRolesCommand, { ...iam.config }),
      getEndpointFromInstructions({}, ListClustersCommand, { ...eks.config }),
      getEndpointFromInstructions({}, GetCallerIdentityCommand, { ...sts.config }),
    ]);
    return endpoints.map(({ url }) => url.href);
  } catch {
    return [];
  }
}
