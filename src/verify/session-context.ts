/** The condition keys of a request, as policies are evaluated with them. */
import type { RequestContext } from '../policy/conditions.ts';

/** Whether a request lacks what is not among them is not known. */
export function sessionContext(keys: Readonly<Record<string, string>>): RequestContext {
  const values = new Map(Object.entries(keys).map(([key, value]) => [key.toLowerCase(), [value]]));
  return { values, isAbsent: () => false };
}
