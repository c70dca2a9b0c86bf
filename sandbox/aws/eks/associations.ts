/** The operations on Pod Identity associations. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Call, operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { requestTags } from '../principal-policies.ts';
import {
  describeAssociation,
  invalidParameter,
  listing,
  permitPassRole,
  permittedAssociation,
  permittedCluster,
  tags,
} from './access.ts';
import { checkAssociationRole, checkFree, checkSessionPolicy } from './association-rules.ts';
import { accountKey } from './eks.ts';
import { earlierResult, rememberResult } from './idempotency.ts';
import { asDescribed, listedAssociations } from './late-associations.ts';
import type { Association } from './model.ts';

const kubernetesName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/)
  .max(253);
const roleArn = z.string().regex(/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/, 'not the ARN of a role');
const byId = z.object({ clusterName: z.string(), associationId: z.string() });
const settable = {
  disableSessionTags: z.boolean().optional(),
  targetRoleArn: roleArn.or(z.literal('')).optional(),
  policy: z.string().optional(),
  clientRequestToken: z.string().optional(),
};

/**
 * Target role with its external id, and session policy, absent rather than undefined. What was not given stays, and an empty text
 * takes it away: so the controllers of others use it for the target role (aws-controllers-k8s/eks-controller, pull request 164); EKS's
 * documentation is silent, and the same is taken to hold for the policy.
 */
function optionalMembers(
  input: { targetRoleArn?: string | undefined; policy?: string | undefined },
  before: Partial<Association> = {},
) {
  const { targetRoleArn = before.targetRoleArn ?? '', policy = before.policy ?? '' } = input;
  const externalId = before.externalId ?? randomUUID();
  return {
    ...(targetRoleArn === '' ? {} : { targetRoleArn, externalId }),
    ...(policy === '' ? {} : { policy }),
  };
}

const create = operation(
  z.object({
    clusterName: z.string(),
    namespace: kubernetesName,
    serviceAccount: kubernetesName,
    roleArn,
    tags: tags.optional(),
    ...settable,
  }),
  (input, call) => {
    const { clientRequestToken, ...request } = input;
    const { clusterName, namespace, serviceAccount } = request;
    const wanted = requestTags(request.tags ?? {});
    const cluster = permittedCluster(call, 'eks:CreatePodIdentityAssociation', clusterName, wanted);
    permitTags(call, clusterName, request.tags);
    permitPassRole(call, request.roleArn, cluster);
    const earlier = earlierResult(cluster, clientRequestToken, request);
    const made = earlier === undefined ? undefined : cluster.associations.get(earlier);
    if (made !== undefined) return { association: describeAssociation(made) };
    checkFree(call, clusterName, namespace, serviceAccount);
    checkAssociationRole(call, clusterName, request.roleArn);
    const optional = optionalMembers(request);
    checkSessionPolicy(clusterName, optional.policy, request.disableSessionTags ?? false);
    const association = call.state.eks.addAssociation(clusterName, {
      namespace,
      serviceAccount,
      roleArn: request.roleArn,
      tags: request.tags ?? {},
      disableSessionTags: request.disableSessionTags ?? false,
      ...optional,
    });
    rememberResult(cluster, clientRequestToken, request, association.associationId);
    return { association: describeAssociation(association) };
  },
);

function permitTags(call: Call, clusterName: string, wanted: Record<string, string> = {}): void {
  if (Object.keys(wanted).length === 0 || !call.state.settings.tagsOnCreateNeedTagResource) return;
  const resource = call.state.eks.arn(`podidentityassociation/${clusterName}/*`);
  call.permit({ action: 'eks:TagResource', resource, context: requestTags(wanted) });
}

const update = operation(byId.extend({ roleArn: roleArn.optional(), ...settable }), (input, call) => {
  const { clusterName, associationId } = input;
  const { cluster, association } = permittedAssociation(
    call,
    'UpdatePodIdentityAssociation',
    clusterName,
    associationId,
  );
  if (['roleArn', 'targetRoleArn', 'disableSessionTags', 'policy'].every((member) => !(member in input)))
    throw invalidParameter('At least one of the association’s settings must be given', clusterName);
  const role = input.roleArn ?? association.roleArn;
  permitPassRole(call, role, cluster);
  checkAssociationRole(call, clusterName, role);
  const disableSessionTags = input.disableSessionTags ?? association.disableSessionTags;
  const { targetRoleArn: _target, externalId: _id, policy: _policy, ...rest } = association;
  const changed: Association = {
    ...rest,
    ...optionalMembers(input, association),
    roleArn: role,
    disableSessionTags,
    modifiedAt: call.state.now(),
  };
  checkSessionPolicy(clusterName, changed.policy, disableSessionTags);
  cluster.before.set(associationId, association);
  cluster.associations.set(associationId, changed);
  return { association: describeAssociation(changed) };
});

const list = operation(
  z.object({
    ...listing,
    clusterName: z.string(),
    namespace: z.string().optional(),
    serviceAccount: z.string().optional(),
  }),
  (input, call) => {
    const cluster = permittedCluster(call, 'eks:ListPodIdentityAssociations', input.clusterName);
    const fitting = listedAssociations(cluster, call.state).filter(
      ({ namespace, serviceAccount }) =>
        (input.namespace ?? namespace) === namespace &&
        (input.serviceAccount ?? serviceAccount) === serviceAccount,
    );
    const { items, next } = pageOf(fitting, input.maxResults, input.nextToken, call.state.settings);
    // The list leaves out role, tags, times, the session tags flag and the policy.
    const associations = items.map((one) => ({
      clusterName: one.clusterName,
      namespace: one.namespace,
      serviceAccount: one.serviceAccount,
      associationArn: one.associationArn,
      associationId: one.associationId,
      ownerArn: one.ownerArn,
    }));
    return { associations, nextToken: next };
  },
);

export const associationOperations: Operations = {
  CreatePodIdentityAssociation: create,
  ListPodIdentityAssociations: list,
  UpdatePodIdentityAssociation: update,
  DescribePodIdentityAssociation: operation(byId, (input, call) => {
    const { clusterName, associationId } = input;
    const found = permittedAssociation(call, 'DescribePodIdentityAssociation', clusterName, associationId);
    return { association: describeAssociation(asDescribed(found, call.state)) };
  }),
  DeletePodIdentityAssociation: operation(byId, (input, call) => {
    const { clusterName, associationId } = input;
    const { cluster, association } = permittedAssociation(
      call,
      'DeletePodIdentityAssociation',
      clusterName,
      associationId,
    );
    cluster.associations.delete(associationId);
    const key = accountKey(association.namespace, association.serviceAccount);
    cluster.deleted.set(key, { association, at: call.state.now() });
    return { association: describeAssociation(association) };
  }),
};
