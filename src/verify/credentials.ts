/** Check `credentials-fresh`: no running pod may hold credentials from before its association last changed. */
import type { CheckFunction } from '../model/desired.ts';
import { countOf } from '../model/count.ts';
import { mayPredate } from '../space/credentials.ts';
import { withoutPods } from './injection.ts';

export const checkCredentials: CheckFunction = (host, _desired, { seenAt }) => {
  const { association, pods } = host;
  if (association === undefined)
    return { status: 'unknown', detail: 'there is no association to compare the pods with' };
  const old = pods.find((pod) => mayPredate(pod, association, seenAt));
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
