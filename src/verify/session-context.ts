/** The condition keys of a request, as policies are evaluated with them. */
import type { Desired } from '../model/desired.ts';
import type { Target } from '../model/target.ts';
import type { RequestContext } from '../policy/conditions.ts';

/** The context of a request with these condition keys. That it lacks another key is certain only when the mechanism says so. */
export function sessionContext(
  keys: Readonly<Record<string, string>>,
  { mechanism }: Desired,
  target: Target,
): RequestContext {
  const values = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value]]));
  return { values, isAbsent: (key) => mechanism.sessionLacks(key, target) };
}
