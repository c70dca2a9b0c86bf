import { DescribeAddonCommand } from '@aws-sdk/client-eks';
import type { AddOn } from '../../model/ports.ts';
import { isClusterMissing } from '../client/aws-error.ts';
import type { AwsContext } from '../client/context.ts';
import { awsFailure } from '../client/aws-failure.ts';
import { request, required } from '../client/request.ts';

/** The state of an EKS add-on with what EKS holds against it; undefined when it is not installed. */
export async function readAddOn(
  aws: AwsContext,
  clusterName: string,
  addOn: string,
): Promise<AddOn | undefined> {
  const call = {
    tried: `describe add-on ${addOn} of EKS cluster ${clusterName}`,
    action: 'eks:DescribeAddon',
    on: `add-on ${addOn} of cluster ${clusterName}`,
  };
  const command = new DescribeAddonCommand({ clusterName, addonName: addOn });
  const answer = await request(call, () => aws.clients.eks.send(command), {
    // One name for two meanings: no such add-on, or no such cluster.
    ResourceNotFound: (error) => {
      if (isClusterMissing(error)) throw awsFailure(error, call);
      return undefined;
    },
  });
  if (answer === undefined) return undefined;
  const found = required(answer.addon, 'addon', call);
  const issues = (found.health?.issues ?? []).map(({ code, message }) =>
    [code, message].filter((part) => part !== undefined).join(': '),
  );
  return { version: found.addonVersion ?? '', status: found.status ?? 'UNKNOWN', issues };
}
