import type { AssociationSpec } from '../../model/change.ts';
import { Failure } from '../../model/failure.ts';
import type { Association } from '../../model/world.ts';
import type { AwsContext } from '../client/context.ts';
import { quote } from '../client/aws-failure.ts';
import type { Call } from '../client/aws-failure.ts';
import { readAssociations } from '../read/associations.ts';

/**
 * EKS says that the service account has an association already. Undefined when none is listed: then it is a deleted one
 * that EKS still counts. An id when what is there is exactly what is wanted (a parallel run). Anything else is refused.
 */
export async function takeOver(
  aws: AwsContext,
  call: Call,
  spec: AssociationSpec,
  error: unknown,
): Promise<string | undefined> {
  const { clusterName, namespace, serviceAccount } = spec;
  const [there] = await readAssociations(aws, { clusterName, namespace, serviceAccount });
  if (there === undefined) return undefined;
  const difference = whatDiffers(there, spec);
  if (difference === undefined) {
    aws.log.info(`Association ${there.id} of ${call.on} has been made meanwhile, just as wanted`);
    return there.id;
  }
  throw new Failure('not-owned', {
    tried: call.tried,
    said: `${quote(error)}; association ${there.id}, made after the plan, ${difference}`,
    next: 'A service account has one association only. Run again to plan from what is there now; adopt: true takes over one without this action’s tags.',
    cause: error,
  });
}

function whatDiffers(there: Association, spec: AssociationSpec): string | undefined {
  if (there.ownerArn !== undefined) return `belongs to the add-on ${there.ownerArn}`;
  if (there.roleArn !== spec.roleArn) return `gives the role ${there.roleArn}`;
  if (there.targetRoleArn !== undefined) return `goes on to the role ${there.targetRoleArn}`;
  if (there.disableSessionTags) return 'has its session tags off';
  if (there.hasPolicy) return 'is narrowed by a session policy';
  const marked = Object.entries(spec.tags).every(([key, value]) => there.tags[key] === value);
  return marked ? undefined : 'lacks the tags of this action';
}
