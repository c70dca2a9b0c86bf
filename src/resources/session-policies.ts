/** Session policies that AWS would not take: found before anything is written. */
import { countOf } from '../model/count.ts';
import type { Blocker } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { World } from '../model/world.ts';
import { sessionPolicyText } from '../policy/session-policy.ts';

/** Characters as given (STS API reference, `Policy` of AssumeRole). */
const QUOTA = 2048;

/** The longest stands for all that are too long. */
export function sessionPoliciesTooLong(desired: Desired, { placed, target }: World): readonly Blocker[] {
  const { sessionPolicy } = desired.mechanism;
  if (sessionPolicy === undefined) return [];
  const sizes = placed.map(
    (host) => [host.name, sessionPolicyText(sessionPolicy(host, desired)).length] as const,
  );
  const long = sizes.filter(([, size]) => size > QUOTA).toSorted(([, a], [, b]) => b - a);
  const [name, size] = long[0] ?? [];
  if (name === undefined) return [];
  return [
    {
      reason: 'quota-exceeded',
      target: target.roleArn,
      message: `the session policy of ${name} would have ${size} characters, AWS takes ${QUOTA}; so it is for ${countOf(long.length, 'control plane')}`,
      next: 'Ways out: use fewer, shorter prefixes; name fewer `assume-roles` and `kms-key-arns`; or `isolate-by: role-policy`, which holds fewer control planes and longer prefixes.',
    },
  ];
}
