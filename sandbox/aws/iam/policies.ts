/** GetPolicy and GetPolicyVersion. */
import { z } from 'zod';
import { ServiceError } from '../errors.ts';
import { type Call, operation, type Operations } from '../operation.ts';
import { resourceTags } from '../principal-policies.ts';
import { uriEncode } from '../sigv4.ts';
import { policyArn, tagListOf } from './inputs.ts';
import type { ManagedPolicy } from './model.ts';

function permittedPolicy(call: Call, action: string, arn: string): ManagedPolicy {
  const policy = call.state.iam.policies.get(arn);
  call.permit({
    action: `iam:${action}`,
    resource: arn,
    context: resourceTags(policy?.tags ?? {}),
    shownAs: `policy ${arn}`,
  });
  if (policy === undefined) throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  return policy;
}

/** Every policy here has one version only. */
const onlyVersion = 'v1';

export const policyOperations: Operations = {
  GetPolicy: operation(z.object({ PolicyArn: policyArn }), (input, call) => {
    const policy = permittedPolicy(call, 'GetPolicy', input.PolicyArn);
    const attached = call.state.iam.roles
      .values()
      .filter((role) => role.attachedPolicies.includes(policy.arn));
    return {
      Policy: {
        PolicyName: policy.policyName,
        PolicyId: policy.policyId,
        Arn: policy.arn,
        Path: policy.path,
        DefaultVersionId: onlyVersion,
        AttachmentCount: attached.length,
        IsAttachable: true,
        CreateDate: new Date(policy.createdAt),
        UpdateDate: new Date(policy.createdAt),
        Tags: tagListOf(policy.tags),
      },
    };
  }),
  GetPolicyVersion: operation(z.object({ PolicyArn: policyArn, VersionId: z.string() }), (input, call) => {
    const policy = permittedPolicy(call, 'GetPolicyVersion', input.PolicyArn);
    if (input.VersionId !== onlyVersion) {
      throw new ServiceError(
        'NoSuchEntity',
        `Policy ${policy.arn} version ${input.VersionId} does not exist.`,
        404,
      );
    }
    return {
      PolicyVersion: {
        Document: uriEncode(policy.document),
        VersionId: onlyVersion,
        IsDefaultVersion: true,
        CreateDate: new Date(policy.createdAt),
      },
    };
  }),
};
