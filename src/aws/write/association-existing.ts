/** What to do when the service account has got an association since the plan was made. */
import type { CreateAssociation } from '../../model/write.ts';
import { Failure } from '../../model/failure.ts';
import type { Association } from '../../model/world.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import type { AwsContext } from '../client/request.ts';
import { readAssociations } from '../read/associations.ts';

/**
 * EKS says that the service account already has an association. Returns its id when it is exactly as desired (a parallel
 * run made it), and undefined when none is listed: then EKS still counts a deleted one. Throws `not-owned` for any other.
 */
export async function takeExisting(
  aws: AwsContext,
  call: Call,
  spec: CreateAssociation,
  error: unknown,
): Promise<string | undefined> {
  const { clusterName, namespace, serviceAccount } = spec;
  const [existing] = await readAssociations(aws, { clusterName, namespace, serviceAccount });
  if (existing === undefined) return undefined;
  const difference = differenceTo(spec, existing);
  if (difference === undefined) {
    aws.log.info(`Association ${existing.id} of ${call.on} has been made meanwhile, just as wanted`);
    return existing.id;
  }
  throw new Failure('not-owned', {
    tried: call.tried,
    said: `${quote(error)}; association ${existing.id}, made after the plan, ${difference}`,
    next: 'A service account has one association only. Run again to plan from what is there now; adopt: true takes over one without this action’s tags.',
    cause: error,
  });
}

function differenceTo(spec: CreateAssociation, existing: Association): string | undefined {
  if (existing.ownerArn !== undefined) return `belongs to the add-on ${existing.ownerArn}`;
  if (existing.roleArn !== spec.roleArn) return `gives the role ${existing.roleArn}`;
  if (existing.targetRoleArn !== undefined) return `goes on to the role ${existing.targetRoleArn}`;
  if (existing.disableSessionTags) return 'has its session tags off';
  if (existing.hasPolicy) return 'is narrowed by a session policy';
  const hasTags = Object.entries(spec.tags).every(([key, value]) => existing.tags[key] === value);
  return hasTags ? undefined : 'lacks the tags of this action';
}
