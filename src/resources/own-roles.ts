/** The workload's roles that `destroy` takes away: the one of the inputs, and what earlier inputs have left behind. */
import type { Intent } from '../model/config.ts';
import type { World } from '../model/world.ts';
import { ownerOf } from '../desired/ownership.ts';

/** Their ARNs. */
export function ownRoleArns(intent: Pick<Intent, 'role'>, world: World): ReadonlySet<string> {
  const { target, leftBehind } = world;
  return new Set([
    ...(isOthers(intent, world) ? [] : [target.roleArn]),
    ...(leftBehind?.roles ?? []).map(({ arn }) => arn),
  ]);
}

/**
 * A role of the name of the inputs, made and kept by somebody else: who carries it does not have it from this action. Of one that is
 * gone an earlier run may have left the rest.
 */
function isOthers({ role: { kind } }: Pick<Intent, 'role'>, { iam: { role }, target }: World): boolean {
  return kind === 'owned' && role?.arn === target.roleArn && ownerOf(role.tags, target) !== 'ours';
}
