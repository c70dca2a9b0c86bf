/** What control planes may read alone, held against one another: who could read whose. */
import type { Desired } from '../model/desired.ts';
import type { Expectation } from '../model/evidence.ts';
import type { Grant } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Role, World } from '../model/world.ts';
import { whyNotReady } from '../space/hosts.ts';
import { type Expansion, ownReads } from './expansions.ts';
import { exampleUnder, refused } from './expectation-parts.ts';
import { inSession } from './permission-expectations.ts';

/** IAM is asked about so many others: enough to see that it judges as is judged here. */
const SAMPLE = 10;

/** What a resource pattern begins with: grants end with `*`. */
export const startOf = ({ resource }: Grant): string => resource.slice(0, -1);

/** Whether all that the second covers is covered by the first. */
export function covers(first: Grant, second: Grant): boolean {
  return first.service === second.service && startOf(second).startsWith(startOf(first));
}

/** Something that belongs to a control plane, wanted or not by this run. */
export interface Owned {
  readonly host: Host;
  readonly expansion: Expansion;
}

/** What all control planes have for themselves. */
export function allOwned({ grants }: Desired, { hosts }: World): readonly Owned[] {
  return hosts
    .filter(({ state }) => state.kind !== 'gone')
    .flatMap((host) => ownReads(grants, host).map((expansion) => ({ host, expansion })));
}

/** Whether the host may read it: as its own, or as what all may read. */
export function mayRead({ grants }: Desired, host: Host, wanted: Grant): boolean {
  return [...grants.reads, ...ownReads(grants, host)].some((read) => covers(read, wanted));
}

/** The control plane in whose session IAM is asked: the policy is one for all, so one stands for the others. */
export function sampleOf({ placed }: World): Host | undefined {
  return placed.find((host) => whyNotReady(host) === undefined);
}

/** Expects that the host may not read what some other hosts have for themselves. */
export function othersRefused(
  desired: Desired,
  role: Role,
  world: World,
  host: Host,
): readonly Expectation[] {
  // Nothing is read with this role then; nor can IAM be asked about a session that a session policy narrows.
  if (desired.intent.targetRoleArn !== undefined || desired.mechanism.sessionPolicy !== undefined) return [];
  const foreign = allOwned(desired, world).filter(
    ({ expansion, host: owner }) => owner !== host && !mayRead(desired, host, expansion),
  );
  const expectations = foreign.slice(0, SAMPLE).map(({ expansion: { service, prefix }, host: { name } }) => {
    const resource = exampleUnder(service, prefix, world.target);
    return refused(service.readsValue, resource, `under ${prefix} of ${name}`);
  });
  return inSession(expectations, { desired, role, target: world.target, host });
}
