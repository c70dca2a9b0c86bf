/** What a run makes of EKS and IAM around a cluster: access entries, associations, add-on, OIDC provider. */
import {
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  DeleteAddonCommand,
  DeletePodIdentityAssociationCommand,
  DescribeAddonCommand,
  paginateListAccessEntries,
  paginateListPodIdentityAssociations,
} from '@aws-sdk/client-eks';
import { DeleteOpenIDConnectProviderCommand } from '@aws-sdk/client-iam';
import type { CleanUp } from '../frame/clean-ups.ts';
import type { Place } from '../run-context.ts';
import { isRefusal, refusalOf } from '../frame/refusal.ts';
import { goneIsFine } from './gone.ts';
import { MARK } from './names.ts';

export const AGENT = 'eks-pod-identity-agent';

type Looking = Pick<Place, 'aws' | 'names' | 'clusterName'>;

/** Puts a role into a group of the cluster. */
export async function admit(place: Place, principalArn: string, group: string): Promise<void> {
  const { aws, clusterName, cleanUps } = place;
  cleanUps.add(accessEntryCleanUp(place, principalArn));
  await aws.eks.send(
    new CreateAccessEntryCommand({
      clusterName,
      principalArn,
      kubernetesGroups: [group],
      tags: { [MARK]: clusterName },
    }),
  );
}

export function accessEntryCleanUp({ aws, clusterName }: Looking, principalArn: string): CleanUp {
  return {
    what: `access entry of ${principalArn}`,
    byHand: `aws eks delete-access-entry --cluster-name ${clusterName} --principal-arn ${principalArn}`,
    undo: () => goneIsFine(aws.eks.send(new DeleteAccessEntryCommand({ clusterName, principalArn }))),
  };
}

export function associationCleanUp({ aws, clusterName }: Looking, associationId: string): CleanUp {
  return {
    what: `association ${associationId}`,
    byHand: `aws eks delete-pod-identity-association --cluster-name ${clusterName} --association-id ${associationId}`,
    undo: () =>
      goneIsFine(aws.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }))),
  };
}

/** Only where the cluster had none before: the action's `destroy` leaves it. */
function agentCleanUp({ aws, clusterName }: Looking): CleanUp {
  return {
    what: `add-on ${AGENT}`,
    byHand: `aws eks delete-addon --cluster-name ${clusterName} --addon-name ${AGENT}`,
    undo: () => goneIsFine(aws.eks.send(new DeleteAddonCommand({ clusterName, addonName: AGENT }))),
  };
}

/** The add-on as a thing to remove, where the cluster has none yet: the action will make it. */
export async function agentIsOurs(place: Looking): Promise<readonly CleanUp[]> {
  const { aws, clusterName } = place;
  const request = new DescribeAddonCommand({ clusterName, addonName: AGENT });
  const isAbsent = isRefusal(await refusalOf(aws.eks.send(request)), 'ResourceNotFound');
  return isAbsent ? [agentCleanUp(place)] : [];
}

export function providerCleanUp({ aws }: Looking, arn: string): CleanUp {
  return {
    what: `OIDC provider ${arn}`,
    byHand: `aws iam delete-open-id-connect-provider --open-id-connect-provider-arn ${arn}`,
    undo: () =>
      goneIsFine(aws.iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn }))),
  };
}

/** Access entries of this run's roles. */
export async function markedAccessEntries({ aws, names, clusterName }: Looking): Promise<readonly string[]> {
  const found: string[] = [];
  const own = `:role${names.rolePath}${names.role('')}`;
  for await (const page of paginateListAccessEntries({ client: aws.eks }, { clusterName }))
    found.push(...(page.accessEntries ?? []));
  return found.filter((arn) => arn.includes(own));
}

/** All associations of the cluster, which is there for nothing else, but for those of add-ons; or those of one service account. */
export async function associationsOf(
  { aws, clusterName }: Looking,
  of: { readonly namespace?: string; readonly serviceAccount?: string } = {},
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const page of paginateListPodIdentityAssociations({ client: aws.eks }, { clusterName, ...of }))
    for (const { associationId = '', ownerArn } of page.associations ?? [])
      if (ownerArn === undefined) found.push(associationId);
  return found;
}
