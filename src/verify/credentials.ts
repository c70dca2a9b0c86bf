/** Check `credentials-fresh`: no running pod may hold credentials from before its association last changed. */
import type { CheckFunction } from '../model/desired.ts';
import { countOf } from '../model/count.ts';
import { mayPredate, newerRole } from '../space/credentials.ts';
import { withoutPods } from './injection.ts';

export const checkCredentials: CheckFunction = (host, _desired, world) => {
  const { association, pods } = host;
  if (association === undefined)
    return { status: 'unknown', detail: 'there is no association to compare the pods with' };
  for (const pod of pods) {
    const madeAt = newerRole(pod, association, world);
    if (madeAt !== undefined) {
      const times = `pod ${pod.name} was made at ${timeOf(pod.createdAt)}, the role at ${timeOf(madeAt)}`;
      return {
        status: 'fail',
        detail: `${times}: it may hold credentials of a role of this name that is gone`,
      };
    }
  }
  const old = pods.find((pod) => mayPredate(pod, association, world.seenAt));
  if (old !== undefined) {
    const times = `pod ${old.name} was made at ${timeOf(old.createdAt)}, the association changed at ${timeOf(association.modifiedAt)}`;
    return { status: 'fail', detail: `${times}: it may hold credentials from before` };
  }
  if (pods.length === 0) return withoutPods(host);
  return { status: 'pass', detail: `${countOf(pods.length, 'pod')} without credentials from before` };
};

/** Without milliseconds. */
function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
