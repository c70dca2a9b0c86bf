/** Control planes that became ready while a plan was carried out: what a second plan may do for them, and for nobody else. */
import type { Change, Plan } from '../model/change.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { withHosts } from '../observe/assemble.ts';
import { otherValue } from '../resources/annotations.ts';
import { isOurs } from '../desired/ownership.ts';
import { isSelected } from '../space/hosts.ts';
import { isAbout } from './entries.ts';
import {
  changedMeanwhile,
  isAccessWrite,
  isTrustWrite,
  needsAccess,
  needsTrust,
  type SecondLook,
} from './second-pass-role.ts';

/** The names of the control planes that a plan waits for. */
export function awaited({ changes }: Pick<Plan, 'changes'>): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ write }) => (write.op === 'await-control-plane' ? [write.controlPlane] : [])),
  );
}

/**
 * A later look, with control planes that the first one did not select left alone, and those that it did not find gone: nobody
 * has planned for either.
 */
export function onlyPlanned(now: World, first: World): World {
  const isPlanned = isSelectedIn(first);
  const gone = new Set(first.hosts.filter(isGone).map(({ namespace }) => namespace));
  const hosts = now.hosts.map((host): Host => {
    if (isGone(host) && !gone.has(host.namespace))
      return leftAlone(host, 'its control plane was deleted while this run was under way');
    if (!isSelected(host) || isPlanned(host)) return host;
    return leftAlone(host, 'its control plane appeared while this run was under way');
  });
  return { ...now, ...withHosts(hosts) };
}

const leftAlone = (host: Host, why: string): Host => ({ ...host, state: { kind: 'unselected', why } });

const isGone = ({ state }: Host): boolean => state.kind === 'gone';

/** Warnings of control planes that came up while others were served: the next run serves them. */
export function notServed(now: World, first: World): readonly string[] {
  const isPlanned = isSelectedIn(first);
  const names = now.selected.filter((host) => !isPlanned(host)).map(({ name }) => name);
  return names.length === 0
    ? []
    : [`not served, since they appeared while this run was under way: ${names.join(', ')}`];
}

/** Warnings of those that came up while all was removed, if they have got something of it: a second `destroy` takes it. */
export function notCleared(now: World, first: World): readonly string[] {
  const known = new Set(first.hosts.map(({ namespace }) => namespace));
  const { roleArn } = now.target;
  const names = now.hosts
    .filter(({ namespace, serviceAccount, association, pods }) => {
      const isOwn = association !== undefined && isOurs(association, now.target);
      const isNamed = [serviceAccount, ...pods.map(({ irsaRoleArn }) => ({ roleArn: irsaRoleArn }))].some(
        (holder) => holder?.roleArn === roleArn,
      );
      return !known.has(namespace) && (isOwn || isNamed);
    })
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        `not cleared of the role, since they appeared while this run was under way: ${names.join(', ')}. Run \`mode: destroy\` again.`,
      ];
}

/** One made anew under the name of another has another host namespace: nobody has planned for that either. */
function isSelectedIn({ selected }: World): (host: Host) => boolean {
  const namespaces = new Map(selected.map(({ name, namespace }) => [name, namespace]));
  return ({ name, namespace }) => {
    const known = namespaces.get(name);
    return known === '' || known === namespace;
  };
}

/**
 * Of a plan made after the first one was carried out, what the awaited control planes need: their own changes, and the role's
 * trust in them. Anything else is drift that arose meanwhile, and nobody has seen it. Throws `plan-changed` when the trust
 * policy has to be written and somebody else has changed it since, and when somebody has changed the value that brings the
 * annotation.
 */
export function forAwaited(plan: Plan, look: SecondLook): Pick<Plan, 'changes' | 'blockers'> {
  const isAwaited = isAbout(look.names);
  const [writesTrust, writesAccess] = [needsTrust(look), needsAccess(look)];
  const isNeeded = (change: Change): boolean => {
    const { write } = change;
    if (isTrustWrite(write)) return writesTrust;
    if (isAccessWrite(write)) return writesAccess;
    return isAwaited(change) && write.op !== 'await-control-plane';
  };
  const changes = plan.changes.filter((change) => change.write.op !== 'none' && isNeeded(change));
  refuseOtherValue(changes, look);
  return {
    // The first pass may have had a change of the same address.
    changes: changes.map((change) => ({ ...change, address: `${change.address} (second pass)` })),
    blockers: plan.blockers.filter((blocker) => blocker.host === undefined || isAwaited(blocker)),
  };
}

/** The first pass has set the value, so nobody has planned for another: to wait for the annotation would be in vain. */
function refuseOtherValue(changes: readonly Change[], { desired: { intent }, now }: SecondLook): void {
  if (intent.release.annotate === 'none') return;
  for (const { write } of changes) {
    const other = write.op === 'await-annotation' ? otherValue(write.until, now.release) : undefined;
    if (other !== undefined) throw changedMeanwhile(other);
  }
}
