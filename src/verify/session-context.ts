/** The condition keys of a request, as policies are evaluated with them. */
import { requestContext } from '../desired/request-context.ts';
import type { Desired } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
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

/** The context of what a host's session asks about a resource. An association with its session tags off tells nothing of itself. */
export function contextOfHost(
  { namespace, association }: Pick<Host, 'namespace' | 'association'>,
  resource: string,
  desired: Desired,
  target: Target,
): RequestContext {
  const { mechanism, intent } = desired;
  const own = mechanism.sessionKeys(namespace, intent.serviceAccount, target);
  const keys = requestContext(resource, target);
  if (!mechanism.usesAssociations || association?.disableSessionTags !== true)
    return sessionContext({ ...keys, ...own }, desired, target);
  const untold = new Set(Object.keys(own).map((key) => key.toLowerCase()));
  const { values, isAbsent } = sessionContext(keys, desired, target);
  return { values, isAbsent: (key) => untold.has(key) || isAbsent(key) };
}
