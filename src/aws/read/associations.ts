/** Reads Pod Identity associations of an EKS cluster. */
import {
  DescribePodIdentityAssociationCommand,
  paginateListPodIdentityAssociations,
  type PodIdentityAssociation,
  type PodIdentityAssociationSummary,
} from '@aws-sdk/client-eks';
import type { OtherAssociationsQuery } from '../../model/left-behind.ts';
import type { Association } from '../../model/world.ts';
import { ownSessionPolicy } from '../../policy/session-policy.ts';
import { allItems } from '../client/all-items.ts';
import { given, required } from '../client/api-values.ts';
import type { Call } from '../client/aws-failure.ts';
import { absentInCluster, type AwsContext, request } from '../client/request.ts';

export interface AssociationFilter {
  readonly clusterName: string;
  readonly serviceAccount: string;
  readonly namespace?: string;
}

/** The most that EKS gives (API reference, `ListPodIdentityAssociations`). */
const PAGE_SIZE = 100;

/**
 * One list, then one Describe for each: the list leaves out the role, the tags and the flag for session tags. EKS applies the
 * filter; what something in its place lists beyond it is not taken for the workload's.
 */
export async function readAssociations(aws: AwsContext, filter: AssociationFilter): Promise<Association[]> {
  const read = await readEach(aws, filter.clusterName, await listAssociationIds(aws, filter));
  return read.filter(
    ({ namespace, serviceAccount }) =>
      serviceAccount === filter.serviceAccount && namespace === (filter.namespace ?? namespace),
  );
}

/** The associations of other service accounts in some namespaces, without those that an add-on owns: it manages them itself. */
export async function readOtherAssociations(
  aws: AwsContext,
  clusterName: string,
  { except, takes }: OtherAssociationsQuery,
): Promise<Association[]> {
  const { call, summaries } = await list(aws, { clusterName });
  const others = summaries.filter(
    ({ namespace = '', serviceAccount, ownerArn }) =>
      serviceAccount !== except && given(ownerArn) === undefined && takes(namespace),
  );
  return await readEach(
    aws,
    clusterName,
    others.map((one) => idOf(one, call)),
  );
}

async function readEach(
  aws: AwsContext,
  clusterName: string,
  ids: readonly string[],
): Promise<Association[]> {
  const read = await Promise.all(ids.map((id) => aws.limit(() => readAssociation(aws, clusterName, id))));
  return read.filter((association) => association !== undefined);
}

/** Ids of the associations that match. EKS itself applies the filter. */
export async function listAssociationIds(aws: AwsContext, filter: AssociationFilter): Promise<string[]> {
  const { call, summaries } = await list(aws, filter);
  return summaries.map((summary) => idOf(summary, call));
}

function idOf({ associationId }: PodIdentityAssociationSummary, call: Call): string {
  return required(associationId, 'associationId', call);
}

async function list(
  aws: AwsContext,
  filter: Pick<AssociationFilter, 'clusterName'> & Partial<AssociationFilter>,
): Promise<{ readonly call: Call; readonly summaries: readonly PodIdentityAssociationSummary[] }> {
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
  return {
    call,
    // EKS always sends it, empty where there is none: an answer without it is no answer to this.
    summaries: await allItems(call, pages, ({ associations }) =>
      required(associations, 'associations', call),
    ),
  };
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
    ResourceNotFound: absentInCluster(call),
  });
  return answer && toAssociation(required(answer.association, 'association', call), call);
}

function policyIn(text = ''): Pick<Association, 'hasPolicy' | 'sessionPolicy'> {
  const sessionPolicy = ownSessionPolicy(text);
  return sessionPolicy === undefined ? { hasPolicy: text !== '' } : { hasPolicy: false, sessionPolicy };
}

function toAssociation(description: PodIdentityAssociation, call: Call): Association {
  const targetRoleArn = given(description.targetRoleArn);
  const externalId = given(description.externalId);
  const ownerArn = given(description.ownerArn);
  return {
    id: required(description.associationId, 'associationId', call),
    arn: required(description.associationArn, 'associationArn', call),
    namespace: required(description.namespace, 'namespace', call),
    serviceAccount: required(description.serviceAccount, 'serviceAccount', call),
    roleArn: required(description.roleArn, 'roleArn', call),
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    ...(externalId === undefined ? {} : { externalId }),
    disableSessionTags: description.disableSessionTags === true,
    ...policyIn(description.policy),
    ...(ownerArn === undefined ? {} : { ownerArn }),
    tags: description.tags ?? {},
    createdAt: description.createdAt?.getTime() ?? 0,
    modifiedAt: (description.modifiedAt ?? description.createdAt)?.getTime() ?? 0,
  };
}
