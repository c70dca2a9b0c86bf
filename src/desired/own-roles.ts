/** The workload's roles that `destroy` takes away: the one of the inputs, and what earlier inputs have left behind. */
import type { World } from '../model/world.ts';

/** Their ARNs. */
export function ownRoleArns({ target, leftBehind }: World): ReadonlySet<string> {
  return new Set([target.roleArn, ...(leftBehind?.roles ?? []).map(({ arn }) => arn)]);
}
