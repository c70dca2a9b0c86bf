/** Creates, updates and deletes Pod Identity associations. */
import { randomUUID } from 'node:crypto';
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { Failure } from '../../model/failure.ts';
import type { Association } from '../../model/world.ts';
import type {
  AssociationKey,
  CreateAssociation,
  DeleteAssociation,
  UpdateAssociation,
} from '../../model/write.ts';
import { required } from '../client/api-values.ts';
import { isNamed } from '../client/aws-error.ts';
import type { Call } from '../client/aws-failure.ts';
import { absentInCluster, type AwsContext, request } from '../client/request.ts';
import { poll, retry, seconds, type Transient } from '../client/retry.ts';
import { listAssociationIds, readAssociation } from '../read/associations.ts';
import { existingAssociation } from './association-existing.ts';
import {
  refuseChanged,
  refuseNarrowed,
  refuseOwned,
  stillCounted,
  vanished,
} from './association-refusals.ts';
import { takeExisting } from './existing.ts';
import type { WriteContext } from './lost-update.ts';
import { sameSessionPolicy, sessionPolicyText } from '../../policy/session-policy.ts';
import { refusedRole, rolePropagation } from './role-refused.ts';

const GONE = { forMs: 60_000 };
const BLOCKED: Transient = {
  why: 'EKS still counts a deleted association of the service account',
  forMs: 60_000,
};

function callFor(verb: string, action: string, spec: AssociationKey): Call {
  const on = `${spec.namespace}/${spec.serviceAccount} in EKS cluster ${spec.clusterName}`;
  return { tried: `${verb} the Pod Identity association of ${on}`, action: `eks:${action}`, on };
}

/**
 * Returns the id. Waits while EKS does not see a role or trust policy that IAM already has. Uses an association
 * that appeared since the plan was made when it is exactly as desired; throws `not-owned` otherwise.
 */
export async function createAssociation(aws: WriteContext, spec: CreateAssociation): Promise<string> {
  const { clusterName, namespace, serviceAccount, roleArn, targetRoleArn, sessionPolicy, tags } = spec;
  const call = callFor('create', 'CreatePodIdentityAssociation', spec);
  const command = new CreatePodIdentityAssociationCommand({
    clusterName,
    namespace,
    serviceAccount,
    roleArn,
    ...(targetRoleArn !== undefined && { targetRoleArn }),
    tags,
    // The trust policy has conditions on the session tags; a session policy goes with them off only.
    disableSessionTags: sessionPolicy !== undefined,
    ...(sessionPolicy !== undefined && { policy: sessionPolicyText(sessionPolicy) }),
    // The same for all attempts, so that EKS does not create a second one when an answer was lost.
    clientRequestToken: randomUUID(),
  });
  const attempt = async (): Promise<string> => {
    try {
      const { association } = await aws.clients.eks.send(command);
      return required(association?.associationId, 'associationId', call);
    } catch (error) {
      const existing = isNamed(error, 'ResourceInUse')
        ? await takeExisting(aws, call, existingAssociation(aws, spec), error)
        : undefined;
      if (existing === undefined) throw error;
      return existing.id;
    }
  };
  const refusedForNow = async (error: unknown) =>
    isNamed(error, 'ResourceInUse') ? BLOCKED : await rolePropagation(aws, roleArn, error);
  return await request(call, () => retry(aws, refusedForNow, attempt), {
    InvalidParameter: async (error) => {
      throw await refusedRole(aws, call, roleArn, error);
    },
    ResourceInUse: (error) => {
      throw stillCounted(error, call, BLOCKED.forMs);
    },
  });
}

/**
 * Updates in place, because EKS needs seconds to free a service account after a delete. Sends only what differs: EKS refuses
 * an update that changes nothing. Throws `plan-changed` when it is gone or not as planned on, `not-owned` when others control it.
 */
export async function updateAssociation(aws: WriteContext, spec: UpdateAssociation): Promise<void> {
  const call = callFor('update', 'UpdatePodIdentityAssociation', spec);
  const actual = await readAssociation(aws, spec.clusterName, spec.associationId);
  if (actual === undefined) throw vanished(call);
  refuseOwned(call, actual);
  refuseChanged(call, actual, spec.replaces, spec);
  if (differs(actual, spec)) {
    refuseNarrowed(call, actual);
    await updateRole(aws, call, spec, actual);
  }
  await tagAssociation(aws, spec, actual);
}

function differs(actual: Association, spec: UpdateAssociation): boolean {
  return (
    actual.roleArn !== spec.roleArn ||
    actual.targetRoleArn !== spec.targetRoleArn ||
    actual.disableSessionTags !== spec.disableSessionTags ||
    !sameSessionPolicy(actual.sessionPolicy, spec.sessionPolicy)
  );
}

async function updateRole(
  aws: WriteContext,
  call: Call,
  spec: UpdateAssociation,
  actual: Association,
): Promise<void> {
  const command = new UpdatePodIdentityAssociationCommand({
    clusterName: spec.clusterName,
    associationId: actual.id,
    roleArn: spec.roleArn,
    disableSessionTags: spec.disableSessionTags,
    ...newTarget(spec, actual),
    ...newPolicy(spec, actual),
    clientRequestToken: randomUUID(),
  });
  const propagation = async (error: unknown) => await rolePropagation(aws, spec.roleArn, error);
  await request(call, () => retry(aws, propagation, () => aws.clients.eks.send(command)), {
    InvalidParameter: async (error) => {
      throw await refusedRole(aws, call, spec.roleArn, error);
    },
  });
}

/**
 * EKS leaves alone what is not sent, and takes the target role away for an empty text: its documentation is silent, the
 * controllers of others do so (aws-controllers-k8s/eks-controller, pull request 164).
 */
function newTarget(
  { targetRoleArn = '' }: UpdateAssociation,
  actual: Association,
): { readonly targetRoleArn?: string } {
  return targetRoleArn === (actual.targetRoleArn ?? '') ? {} : { targetRoleArn };
}

/** The session policy, when it changes. As with the target role, an empty text takes it away. */
function newPolicy({ sessionPolicy }: UpdateAssociation, actual: Association): { readonly policy?: string } {
  if (sameSessionPolicy(sessionPolicy, actual.sessionPolicy)) return {};
  return { policy: sessionPolicy === undefined ? '' : sessionPolicyText(sessionPolicy) };
}

async function tagAssociation(aws: AwsContext, spec: UpdateAssociation, actual: Association): Promise<void> {
  const missing = Object.entries(spec.tags).filter(([key, value]) => actual.tags[key] !== value);
  if (missing.length === 0) return;
  const command = new TagResourceCommand({ resourceArn: actual.arn, tags: Object.fromEntries(missing) });
  await request(callFor('tag', 'TagResource', spec), () => aws.clients.eks.send(command));
}

/**
 * Waits until EKS no longer lists it: until then EKS may refuse a new one for the service account. Throws `plan-changed` when it
 * is not as planned on any more; one that is already gone is no error.
 */
export async function deleteAssociation(aws: AwsContext, spec: DeleteAssociation): Promise<void> {
  const call = callFor('delete', 'DeletePodIdentityAssociation', spec);
  const { clusterName, namespace, serviceAccount, associationId } = spec;
  const actual = await readAssociation(aws, clusterName, associationId);
  if (actual !== undefined) {
    refuseOwned(call, actual);
    refuseChanged(call, actual, spec.replaces);
  }
  const command = new DeletePodIdentityAssociationCommand({ clusterName, associationId });
  await request(call, () => aws.clients.eks.send(command), {
    ResourceNotFound: absentInCluster(call),
  });
  const options = { ...GONE, waitingFor: `EKS to forget association ${associationId}` };
  const gone = await poll(aws, options, async () => {
    const ids = await listAssociationIds(aws, { clusterName, namespace, serviceAccount });
    return ids.includes(associationId) ? undefined : true;
  });
  if (gone !== undefined) return;
  throw new Failure('timed-out', {
    tried: call.tried,
    said: `EKS still lists ${associationId} ${seconds(GONE.forMs)} after its deletion`,
    next: 'Run again: the deletion is repeated if the association is still there.',
  });
}
