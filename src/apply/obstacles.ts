/** What has gone wrong so far, and what of the rest depends on it. */
import type { Change, HostKey } from '../model/change.ts';

export interface Obstacles {
  /** Something that all control planes rest on has failed. */
  shared: boolean;
  /** Names of hosts that lack something. */
  readonly hosts: Set<string>;
}

/** Remembers what failed or is known to be impossible: something of one host, or of all. */
export function addObstacle({ host }: { readonly host?: HostKey }, obstacles: Obstacles): void {
  if (host === undefined) obstacles.shared = true;
  else obstacles.hosts.add(host.name);
}

/**
 * Whether a change must not be attempted. Of what is for the whole Space only that which takes something away depends on every
 * single control plane: those that have not got the new thing still live on the old one.
 */
export function isHeldUp(change: Change, { shared, hosts }: Obstacles): boolean {
  if (shared) return true;
  return change.host === undefined ? takesAway(change) && hosts.size > 0 : hosts.has(change.host.name);
}

function takesAway({ action, write }: Change): boolean {
  return action === 'delete' || write.op.startsWith('narrow-');
}
