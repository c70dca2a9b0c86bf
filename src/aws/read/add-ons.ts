/** Reads an add-on of an EKS cluster. */
import { DescribeAddonCommand } from '@aws-sdk/client-eks';
import { Failure, isFailureOf } from '../../model/failure.ts';
import type { AddOn, Unreadable } from '../../model/ports.ts';
import { required } from '../client/api-values.ts';
import { isUnknownCall } from '../client/aws-error.ts';
import { absentInCluster, type AwsContext, request } from '../client/request.ts';

/**
 * The add-on for those who only want to know. An add-on that is not installed may be authorised under another ARN than one that
 * is: a denial tells nothing, nor does an EKS without the call, and few have a use for the answer.
 */
export async function lookAtAddOn(
  aws: AwsContext,
  clusterName: string,
  addOn: string,
): Promise<AddOn | Unreadable | undefined> {
  try {
    return await readAddOn(aws, clusterName, addOn);
  } catch (error) {
    const isDenied = isFailureOf(error, 'access-denied');
    if (!isDenied && !(error instanceof Failure && isUnknownCall(error.details.cause))) throw error;
    aws.log.info(`add-on ${addOn} was not looked at: ${error.details.said}`);
    return { kind: 'unreadable', why: error.details.said };
  }
}

/** The state of an EKS add-on with the problems that EKS reports; undefined when it is not installed. */
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
    ResourceNotFound: absentInCluster(call),
  });
  if (answer === undefined) return undefined;
  const description = required(answer.addon, 'addon', call);
  const issues = (description.health?.issues ?? []).map(({ code, message }) =>
    [code, message].filter((part) => part !== undefined).join(': '),
  );
  return { version: description.addonVersion ?? '', status: description.status ?? 'UNKNOWN', issues };
}
