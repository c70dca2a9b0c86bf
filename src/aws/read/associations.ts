/** Reads Pod Identity associations of an EKS cluster. */
import {
  DescribePodIdentityAssociationCommand,
  paginateListPodIdentityAssociations,
  type PodIdentityAssociation,
} from '@aws-sdk/client-eks';
import type { Association } from '../../model/world.ts';
import { required } from '../client/api-values.ts';
import { isClusterMissing } from '../client/aws-error.ts';
import { awsFailure, type Call } from '../client/aws-failure.ts';
import { allItems, type AwsContext, request } from '../client/request.ts';

export interface AssociationFilter {
  readonly clusterName: string;
  readonly serviceAccount: string;
  readonly namespace?: string;
}

/** The most that EKS gives (API reference, `ListPodIdentityAssociations`). */
const PAGE_SIZE = 100;

/** One list, then one Describe for each: the list leaves out the role, the tags and the flag for session tags. */
export async function readAssociations(aws: AwsContext, filter: AssociationFilter): Promise<Association[]> {
  const ids = await listAssociationIds(aws, filter);
  const read = await Promise.all(
    ids.map((id) => aws.limit(() => readAssociation(aws, filter.clusterName, id))),
  );
  return read.filter((association) => association !== undefined);
}

/** Ids of the associations that match. EKS itself applies the filter. */
export async function listAssociationIds(aws: AwsContext, filter: AssociationFilter): Promise<string[]> {
  const { clusterName } = filter;
  const call = {
    tried: `list the Pod Identity associations of EKS cluster ${clusterName}`,
    action: 'eks:ListPodIdentityAssociations',
    on: `cluster ${clusterName}`,
  };
  const pages = paginateListPodIdentityAssociations(
    { client: aws.clients.eks, pageSize: PAGE_SIZE },
    { ...filter },
  );
  const summaries = await request(call, () => allItems(pages, (page) => page.associations));
  return summaries.map((summary) => required(summary.associationId, 'associationId', call));
}

/** Undefined when it was deleted after the list was made. */
export async function readAssociation(
  aws: AwsContext,
  clusterName: string,
  associationId: string,
): Promise<Association | undefined> {
  const call = {
    tried: `describe Pod Identity association ${associationId} of EKS cluster ${clusterName}`,
    action: 'eks:DescribePodIdentityAssociation',
    on: `association ${associationId} of cluster ${clusterName}`,
  };
  const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
  const answer = await request(call, () => aws.clients.eks.send(command), {
    ResourceNotFound: (error) => {
      if (isClusterMissing(error)) throw awsFailure(error, call);
      return undefined;
    },
  });
  return answer && toAssociation(required(answer.association, 'association', call), call);
}

function toAssociation(description: PodIdentityAssociation, call: Call): Association {
  const { targetRoleArn, ownerArn } = description;
  return {
    id: required(description.associationId, 'associationId', call),
    arn: required(description.associationArn, 'associationArn', call),
    namespace: required(description.namespace, 'namespace', call),
    serviceAccount: required(description.serviceAccount, 'serviceAccount', call),
    roleArn: required(description.roleArn, 'roleArn', call),
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    disableSessionTags: description.disableSessionTags === true,
    hasPolicy: description.policy !== undefined && description.policy !== '',
    ...(ownerArn === undefined ? {} : { ownerArn }),
    tags: description.tags ?? {},
    modifiedAt: (description.modifiedAt ?? description.createdAt)?.getTime() ?? 0,
  };
}
