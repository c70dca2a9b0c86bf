/** The association that a service account has already got, held against the one that was to be made. */
import type { CreateAssociation } from '../../model/write.ts';
import type { Association } from '../../model/world.ts';
import { sameSessionPolicy } from '../../policy/session-policy.ts';
import { differingTags } from '../../policy/tags.ts';
import type { AwsContext } from '../client/request.ts';
import { readAssociations } from '../read/associations.ts';
import type { Existing } from './existing.ts';

/** How to look for the association when EKS says that it exists. It may not be found: EKS counts a deleted one for a while. */
export function existingAssociation(aws: AwsContext, spec: CreateAssociation): Existing<Association> {
  const { clusterName, namespace, serviceAccount } = spec;
  return {
    find: async () => (await readAssociations(aws, { clusterName, namespace, serviceAccount }))[0],
    nameOf: ({ id }) => `association ${id} of ${namespace}/${serviceAccount}`,
    whyOthers: (existing) => whyOthers(spec, existing),
    differenceTo: (existing) => differenceTo(spec, existing),
    advice: 'A service account has one association only.',
  };
}

function whyOthers(spec: CreateAssociation, { ownerArn, tags }: Association): string | undefined {
  if (ownerArn !== undefined) return `belongs to the add-on ${ownerArn}`;
  const missing = differingTags(spec.tags, tags, 'eks');
  return Object.keys(missing).length === 0 ? undefined : 'lacks the tags of this action';
}

function differenceTo(spec: CreateAssociation, existing: Association): string | undefined {
  if (existing.roleArn !== spec.roleArn) return `gives the role ${existing.roleArn}`;
  if (existing.targetRoleArn !== spec.targetRoleArn)
    return `goes on to ${existing.targetRoleArn === undefined ? 'no other role' : `the role ${existing.targetRoleArn}`}`;
  if (existing.hasPolicy) return 'is narrowed by a session policy';
  if (!sameSessionPolicy(existing.sessionPolicy, spec.sessionPolicy)) return 'has another session policy';
  if (existing.disableSessionTags !== (spec.sessionPolicy !== undefined))
    return `has its session tags ${existing.disableSessionTags ? 'off' : 'on'}`;
  return undefined;
}
