/** The one inline policy that says what the workload's role may read. */
import { ACCESS_POLICY_NAME, accessPolicy } from '../policy/access.ts';
import { roleArn, roleNameOf } from '../policy/arn.ts';
import { policySize, sameMeaning } from '../policy/meaning.ts';
import { each } from './outcomes.ts';
import { change, NOTHING, type Resource } from './resource.ts';
import { mayWrite } from './role.ts';

/** IAM's quota for all inline policies of a role together, white space not counted. */
const INLINE_QUOTA = 10_240;

export const policyOfAccess: Resource<'access-policy'> = {
  plan(intent, world) {
    if (intent.role.kind === 'referenced' || (world.role !== undefined && !mayWrite(intent, world)))
      return NOTHING;
    const document = accessPolicy(intent.role, world.cluster);
    const there = world.role?.inlinePolicies[ACCESS_POLICY_NAME];
    if (there !== undefined && sameMeaning(there, document)) return NOTHING;
    const target = roleArn(intent, world.cluster);
    const others = Object.entries(world.role?.inlinePolicies ?? {}).filter(
      ([name]) => name !== ACCESS_POLICY_NAME,
    );
    const taken = others.reduce((sum, [, other]) => sum + policySize(other), 0);
    const size = policySize(document) + taken;
    const draft = {
      id: 'role/access-policy',
      action: there === undefined ? ('create' as const) : ('update' as const),
      target,
      reason:
        there === undefined ? 'the role may not read anything yet' : 'it does not grant exactly the prefixes',
      before: there ?? null,
      after: document,
      severity: 'security' as const,
    };
    return {
      changes: [
        change(
          'access-policy',
          { roleName: roleNameOf(target), policyName: ACCESS_POLICY_NAME, document },
          draft,
        ),
      ],
      blockers:
        size <= INLINE_QUOTA
          ? []
          : [
              {
                reason: 'quota-exceeded',
                target,
                message: `the role’s inline policies would have ${size} characters, IAM allows ${INLINE_QUOTA}`,
                next:
                  taken === 0
                    ? 'Use fewer, shorter prefixes.'
                    : `Use fewer, shorter prefixes, or take off the role what others have put on it (${taken} characters).`,
              },
            ],
    };
  },

  remove: () => NOTHING,

  async apply(changes, { write }) {
    return await each(changes, async ({ payload }) => {
      await write.aws.putInlinePolicy(payload);
    });
  },
};
