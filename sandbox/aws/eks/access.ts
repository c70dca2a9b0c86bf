/** Inputs and permissions that the operations of EKS share. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import type { Call } from '../operation.ts';
import type { Context } from '../policy/evaluate.ts';
import { resourceTags } from '../principal-policies.ts';
import type { Association, Cluster } from './model.ts';

export const tags = z.record(z.string().min(1).max(128), z.string().max(256));
export const listing = {
  maxResults: z.coerce.number().int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
};

/** Authorises an action on a cluster and returns it. */
export function permittedCluster(
  call: Call,
  action: string,
  clusterName: string,
  context: Context = {},
): Cluster {
  const { eks } = call.state;
  const cluster = eks.clusters.get(clusterName);
  call.permit({
    action,
    resource: eks.arn(`cluster/${clusterName}`),
    context: { ...resourceTags(cluster?.tags ?? {}), ...context },
  });
  return existingCluster(call, clusterName);
}

export function existingCluster(call: Call, clusterName: string): Cluster {
  const cluster = call.state.eks.clusters.get(clusterName);
  if (cluster !== undefined) return cluster;
  throw new ServiceError('ResourceNotFoundException', `No cluster found for name: ${clusterName}.`, 404, {
    clusterName,
  });
}

/** Authorises an action on an association and returns it with its cluster. */
export function permittedAssociation(call: Call, action: string, clusterName: string, associationId: string) {
  const { eks } = call.state;
  const association = eks.clusters.get(clusterName)?.associations.get(associationId);
  call.permit({
    action: `eks:${action}`,
    resource: eks.arn(`podidentityassociation/${clusterName}/${associationId}`),
    context: resourceTags(association?.tags ?? {}),
  });
  const cluster = existingCluster(call, clusterName);
  if (association !== undefined) return { cluster, association };
  const message = `No association found with id: ${associationId} in cluster ${clusterName}`;
  throw new ServiceError('ResourceNotFoundException', message, 404, { clusterName });
}

/**
 * Asks for iam:PassRole, which Create and UpdatePodIdentityAssociation need, and for iam:GetRole where the settings
 * say so.
 */
export function permitPassRole(call: Call, roleArn: string, cluster: Cluster): void {
  const role = call.state.iam.role(roleArn.split('/').at(-1) ?? '');
  const own = role?.arn === roleArn ? resourceTags(role.tags) : {};
  const context = {
    ...own,
    'iam:PassedToService': 'pods.eks.amazonaws.com',
    'iam:AssociatedResourceArn': cluster.arn,
  };
  call.permit({ action: 'iam:PassRole', resource: roleArn, context });
  if (call.state.settings.associationNeedsGetRole) {
    call.permit({ action: 'iam:GetRole', resource: roleArn, context: own });
  }
}

export function invalidParameter(message: string, clusterName?: string): ServiceError {
  return new ServiceError(
    'InvalidParameterException',
    message,
    400,
    clusterName === undefined ? {} : { clusterName },
  );
}

/** An association as Describe, Create, Update and Delete answer it. */
export function describeAssociation(association: Association) {
  return {
    ...association,
    createdAt: new Date(association.createdAt),
    modifiedAt: new Date(association.modifiedAt),
  };
}
