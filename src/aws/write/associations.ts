import { randomUUID } from 'node:crypto';
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { AssociationSpec } from '../../model/change.ts';
import { Failure } from '../../model/failure.ts';
import type { Association } from '../../model/world.ts';
import { isClusterMissing, isNamed } from '../client/aws-error.ts';
import type { AwsContext } from '../client/context.ts';
import { awsFailure, quote } from '../client/aws-failure.ts';
import type { Call } from '../client/aws-failure.ts';
import { listAssociationIds, readAssociation } from '../read/associations.ts';
import { request, required } from '../client/request.ts';
import { poll, retry, seconds } from '../client/retry.ts';
import type { Transient } from '../client/retry.ts';
import { takeOver } from './association-race.ts';
import { propagation, refusedRole } from './propagation.ts';

const GONE = { forMs: 60_000, everyMs: 1000 };
const BLOCKED: Transient = {
  why: 'EKS still counts a deleted association of the service account',
  forMs: 60_000,
};

function callFor(verb: string, action: string, spec: AssociationSpec): Call {
  const on = `${spec.namespace}/${spec.serviceAccount} in EKS cluster ${spec.clusterName}`;
  return { tried: `${verb} the Pod Identity association of ${on}`, action: `eks:${action}`, on };
}

/**
 * Returns the id. A role or trust policy made a moment ago is waited for. An association that appeared since the plan is
 * taken when it is exactly what is wanted, and otherwise refused (`not-owned`).
 */
export async function createAssociation(aws: AwsContext, spec: AssociationSpec): Promise<string> {
  const { clusterName, namespace, serviceAccount, roleArn, tags } = spec;
  const call = callFor('create', 'CreatePodIdentityAssociation', spec);
  const command = new CreatePodIdentityAssociationCommand({
    clusterName,
    namespace,
    serviceAccount,
    roleArn,
    tags,
    // The trust policy looks at the session's tags.
    disableSessionTags: false,
    // One for all attempts: an attempt whose answer was lost is not made twice.
    clientRequestToken: randomUUID(),
  });
  const attempt = async (): Promise<string> => {
    try {
      const { association } = await aws.clients.eks.send(command);
      return required(association?.associationId, 'associationId', call);
    } catch (error) {
      const there = isNamed(error, 'ResourceInUse') ? await takeOver(aws, call, spec, error) : undefined;
      if (there === undefined) throw error;
      return there;
    }
  };
  return await request(call, () => retry(aws, refusedForNow, attempt), {
    InvalidParameter: (error) => {
      throw refusedRole(error, call, roleArn);
    },
    ResourceInUse: (error) => {
      throw stillCounted(error, call);
    },
  });
}

/** The list shows none, so there is nothing to take over and nothing to name. */
function stillCounted(error: unknown, call: Call): Failure {
  return new Failure('timed-out', {
    tried: call.tried,
    said: quote(error),
    next: `EKS lists no association of this service account, yet refuses a new one for ${seconds(BLOCKED.forMs)}: one was deleted a moment ago. Run again later.`,
    cause: error,
  });
}

function refusedForNow(error: unknown): Transient | undefined {
  return isNamed(error, 'ResourceInUse') ? BLOCKED : propagation(error);
}

/** In place: EKS needs seconds to free a service account after a delete. Only what differs is sent; EKS refuses an update that changes nothing. */
export async function updateAssociation(aws: AwsContext, spec: AssociationSpec): Promise<void> {
  const call = callFor('update', 'UpdatePodIdentityAssociation', spec);
  const associationId = required(spec.associationId, 'associationId', call);
  const there = await readAssociation(aws, spec.clusterName, associationId);
  if (there === undefined) throw vanished(call);
  refuseForeign(call, there);
  if (there.roleArn !== spec.roleArn || there.disableSessionTags) {
    await updateRole(aws, call, spec, there);
  }
  await tagAssociation(aws, spec, there);
}

function vanished(call: Call): Failure {
  return new Failure('plan-changed', {
    tried: call.tried,
    said: 'the association is not there any more',
    next: 'Somebody deleted it after the plan was made. Run again to plan from what is there now.',
  });
}

function refuseForeign(call: Call, there: Association): void {
  if (there.ownerArn !== undefined) {
    throw new Failure('not-owned', {
      tried: call.tried,
      said: `the add-on ${there.ownerArn} owns ${there.arn}`,
      next: 'Change it through that add-on; this action never touches it.',
    });
  }
  if (there.hasPolicy && there.disableSessionTags) {
    throw new Failure('not-owned', {
      tried: call.tried,
      said: `${there.arn} has a session policy, which EKS only takes with session tags off`,
      next: 'Somebody narrowed this association on purpose. Take its policy off, or delete the association, then run again.',
    });
  }
}

async function updateRole(
  aws: AwsContext,
  call: Call,
  spec: AssociationSpec,
  there: Association,
): Promise<void> {
  const command = new UpdatePodIdentityAssociationCommand({
    clusterName: spec.clusterName,
    associationId: there.id,
    roleArn: spec.roleArn,
    disableSessionTags: false,
    clientRequestToken: randomUUID(),
  });
  await request(call, () => retry(aws, propagation, () => aws.clients.eks.send(command)), {
    InvalidParameter: (error) => {
      throw refusedRole(error, call, spec.roleArn);
    },
  });
}

async function tagAssociation(aws: AwsContext, spec: AssociationSpec, there: Association): Promise<void> {
  const missing = Object.entries(spec.tags).filter(([key, value]) => there.tags[key] !== value);
  if (missing.length === 0) return;
  const command = new TagResourceCommand({ resourceArn: there.arn, tags: Object.fromEntries(missing) });
  await request(callFor('tag', 'TagResource', spec), () => aws.clients.eks.send(command));
}

/** Returns once the list does not show it any more: until then a new one for the service account may be refused. */
export async function deleteAssociation(aws: AwsContext, spec: AssociationSpec): Promise<void> {
  const call = callFor('delete', 'DeletePodIdentityAssociation', spec);
  const { clusterName, namespace, serviceAccount } = spec;
  const associationId = required(spec.associationId, 'associationId', call);
  const command = new DeletePodIdentityAssociationCommand({ clusterName, associationId });
  await request(call, () => aws.clients.eks.send(command), {
    ResourceNotFound: (error) => {
      if (isClusterMissing(error)) throw awsFailure(error, call);
      return undefined;
    },
  });
  const pace = { ...GONE, waitingFor: `EKS to forget association ${associationId}` };
  const gone = await poll(aws, pace, async () => {
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
