import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import type { PodIdentityAssociation } from '@aws-sdk/client-eks';
import type { Association } from '../../model/world.ts';
import { isClusterMissing } from '../client/aws-error.ts';
import type { AwsContext } from '../client/context.ts';
import { awsFailure } from '../client/aws-failure.ts';
import type { Call } from '../client/aws-failure.ts';
import { pages, request, required } from '../client/request.ts';

export interface AssociationFilter {
  readonly clusterName: string;
  readonly serviceAccount: string;
  readonly namespace?: string;
}

const PAGE = 100;

/** One list, then one Describe each, side by side: the list leaves out role, tags and the session tags' flag. */
export async function readAssociations(aws: AwsContext, filter: AssociationFilter): Promise<Association[]> {
  const ids = await listAssociationIds(aws, filter);
  const read = await Promise.all(
    ids.map((id) => aws.limit(() => readAssociation(aws, filter.clusterName, id))),
  );
  return read.filter((association) => association !== undefined);
}

/** Ids of the associations that match; EKS filters, not we. */
export async function listAssociationIds(aws: AwsContext, filter: AssociationFilter): Promise<string[]> {
  const { clusterName } = filter;
  const call = {
    tried: `list the Pod Identity associations of EKS cluster ${clusterName}`,
    action: 'eks:ListPodIdentityAssociations',
    on: `cluster ${clusterName}`,
  };
  const listed = await request(call, () =>
    pages(
      (nextToken) =>
        aws.clients.eks.send(
          new ListPodIdentityAssociationsCommand({ ...filter, nextToken, maxResults: PAGE }),
        ),
      (page) => page.associations,
      (page) => page.nextToken,
    ),
  );
  return listed.map((summary) => required(summary.associationId, 'associationId', call));
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
  return answer && describe(required(answer.association, 'association', call), call);
}

function describe(found: PodIdentityAssociation, call: Call): Association {
  const { targetRoleArn, ownerArn } = found;
  return {
    id: required(found.associationId, 'associationId', call),
    arn: required(found.associationArn, 'associationArn', call),
    namespace: required(found.namespace, 'namespace', call),
    serviceAccount: required(found.serviceAccount, 'serviceAccount', call),
    roleArn: required(found.roleArn, 'roleArn', call),
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    disableSessionTags: found.disableSessionTags === true,
    hasPolicy: found.policy !== undefined && found.policy !== '',
    ...(ownerArn === undefined ? {} : { ownerArn }),
    tags: found.tags ?? {},
    modifiedAt: found.modifiedAt?.getTime() ?? 0,
  };
}
