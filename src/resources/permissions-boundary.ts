/** The role's permissions boundary: put on when asked for, never taken off by itself. */
import { each } from './outcomes.ts';
import { change, foreign, NOTHING, type Resource } from './resource.ts';
import { mayWrite } from './role.ts';

export const permissionsBoundary: Resource<'permissions-boundary'> = {
  plan(intent, world) {
    if (world.role === undefined || intent.role.kind === 'referenced' || !mayWrite(intent, world))
      return NOTHING;
    const wanted = intent.role.permissionsBoundary;
    const { arn, name, permissionsBoundary: there } = world.role;
    if (wanted === there) return NOTHING;
    const draft = {
      id: 'role/permissions-boundary',
      target: arn,
      before: there ?? null,
      severity: 'security' as const,
    };
    if (wanted === undefined) {
      // Taking a boundary off widens the role, and many organisations put them on by themselves.
      const reason = 'someone else put a boundary on the role; name it in `permissions-boundary`';
      return { changes: [foreign({ ...draft, reason, drift: true })] };
    }
    const reason = there === undefined ? 'the role has lost its boundary' : 'the role has another boundary';
    return {
      changes: [
        change(
          'permissions-boundary',
          { roleName: name, permissionsBoundary: wanted },
          {
            ...draft,
            action: there === undefined ? 'create' : 'update',
            reason,
            after: wanted,
          },
        ),
      ],
    };
  },

  remove: () => NOTHING,

  async apply(changes, { write }) {
    return await each(changes, async ({ payload }) => {
      await write.aws.putPermissionsBoundary(payload.roleName, payload.permissionsBoundary);
    });
  },
};
