/** The operations on the tags of what EKS keeps. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import type { Context } from '../policy/evaluate.ts';
import { requestTags, resourceTags } from '../principal-policies.ts';
import { tags } from './access.ts';

interface Tagged {
  tags: Record<string, string>;
}

function findTagged(call: Call, arn: string): Tagged | undefined {
  for (const cluster of call.state.eks.clusters.values()) {
    if (cluster.arn === arn) return cluster;
    const addon = [...cluster.addons.values()].find((one) => one.arn === arn);
    const association = [...cluster.associations.values()].find((one) => one.associationArn === arn);
    if (addon !== undefined || association !== undefined) return addon ?? association;
  }
  return undefined;
}

function permittedTagged(call: Call, action: string, arn: string, context: Context = {}): Tagged {
  const tagged = findTagged(call, arn);
  call.permit({
    action: `eks:${action}`,
    resource: arn,
    context: { ...resourceTags(tagged?.tags ?? {}), ...context },
  });
  if (tagged !== undefined) return tagged;
  throw new ServiceError('NotFoundException', `Resource ${arn} is not found`, 404);
}

const byArn = z.object({ resourceArn: z.string() });

export const tagOperations: Operations = {
  ListTagsForResource: operation(byArn, (input, call) => ({
    tags: permittedTagged(call, 'ListTagsForResource', input.resourceArn).tags,
  })),
  TagResource: operation(byArn.extend({ tags }), (input, call) => {
    const tagged = permittedTagged(call, 'TagResource', input.resourceArn, requestTags(input.tags));
    const merged = { ...tagged.tags, ...input.tags };
    if (Object.keys(merged).length > 50)
      throw new ServiceError('BadRequestException', 'Too many tags: at most 50');
    tagged.tags = merged;
    return {};
  }),
  UntagResource: operation(byArn.extend({ tagKeys: z.array(z.string()).min(1) }), (input, call) => {
    const context = { 'aws:TagKeys': input.tagKeys };
    const tagged = permittedTagged(call, 'UntagResource', input.resourceArn, context);
    const kept = Object.entries(tagged.tags).filter(([key]) => !input.tagKeys.includes(key));
    tagged.tags = Object.fromEntries(kept);
    return {};
  }),
};
