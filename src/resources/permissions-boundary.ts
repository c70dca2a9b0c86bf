/** The role's permissions boundary: put on when asked for, never taken off by itself. */
import type { Planner } from '../model/desired.ts';
import { makeChange, NOTHING, unmanaged } from './change-maker.ts';
import { isWritable } from './role.ts';

export const planPermissionsBoundary: Planner = ({ intent }, { iam: { role }, target }) => {
  if (role === undefined || intent.role.kind === 'referenced' || !isWritable(intent, role, target))
    return NOTHING;
  const desired = intent.role.permissionsBoundary;
  const actual = role.permissionsBoundary;
  if (desired === actual) return NOTHING;
  const draft = {
    id: 'role/permissions-boundary',
    target: role.arn,
    before: actual ?? null,
    severity: 'security' as const,
  };
  if (desired === undefined) {
    // Taking a boundary off widens the role, and many organisations put them on by themselves.
    const reason = 'someone else put a boundary on the role; name it in `permissions-boundary`';
    return { changes: [unmanaged({ ...draft, reason, drift: true })] };
  }
  const reason = actual === undefined ? 'the role has lost its boundary' : 'the role has another boundary';
  const action = actual === undefined ? 'create' : 'update';
  const change = makeChange(
    { ...draft, action, reason, after: desired },
    {
      op: 'put-permissions-boundary',
      roleName: role.name,
      permissionsBoundary: desired,
      replaces: actual ?? null,
    },
  );
  return { changes: [change] };
};
