/** What stands in the way of telling control planes apart by their prefixes: found before anything is written. */
import { allOwned, covers, type Owned, startOf } from '../desired/isolation.ts';
import { unknownPlaceholders } from '../desired/expansions.ts';
import type { Blocker } from '../model/change.ts';
import type { Desired, Planner } from '../model/desired.ts';
import type { Host } from '../model/host.ts';
import type { World } from '../model/world.ts';
import { whyNotReady } from '../space/hosts.ts';
import { sessionPoliciesTooLong } from './session-policies.ts';

/** How many are named; one is enough to see what is wrong. */
const MOST = 3;

/** Only blockers: what the role may read is in its access policy. */
export const planIsolation: Planner = (desired, world) => {
  if (desired.grants.own.length === 0) return { changes: [] };
  return {
    changes: [],
    blockers: [
      ...world.placed.flatMap((host) => unknownOf(host, desired)),
      ...wildcards(desired, world),
      ...overlaps(desired, world),
      ...sessionPoliciesTooLong(desired, world),
    ],
  };
};

/** More will be known of one that is not ready yet. */
function unknownOf(host: Host, { grants }: Desired): readonly Blocker[] {
  const missing = unknownPlaceholders(grants, host).map((name) => `{${name}}`);
  if (missing.length === 0 || whyNotReady(host) !== undefined) return [];
  return [
    {
      reason: 'invalid-input',
      target: host.namespace,
      message: `${missing.join(', ')} in the prefixes can't be filled in for namespace ${host.namespace}`,
      next: 'It carries no label that names its control plane. Use `{namespace}`, or name control planes with `control-planes` instead of `namespaces`.',
      host: { name: host.name, namespace: host.namespace },
    },
  ];
}

/** Kubernetes takes none of these in a name; whatever brings one here, it would open more than its own. */
const WILDCARD = /[*?$]/;

function wildcards({ grants }: Desired, { placed }: World): readonly Blocker[] {
  return placed.flatMap((host): readonly Blocker[] => {
    const values = Object.entries(host.placeholders).filter(([, value]) => WILDCARD.test(value));
    const [name, value] =
      values.find(([key]) =>
        grants.own.some(({ placeholders }) => placeholders.some((one) => one === key)),
      ) ?? [];
    if (name === undefined) return [];
    return [
      {
        reason: 'invalid-input',
        target: host.namespace,
        message: `the {${name}} of ${host.name} is ${value}, which IAM would take for a pattern`,
        next: 'Use another placeholder, or leave this control plane out with `control-planes`.',
        host: { name: host.name, namespace: host.namespace },
      },
    ];
  });
}

/** Two control planes one of which could read what the other has for itself. */
function overlaps(desired: Desired, world: World): readonly Blocker[] {
  const found = [...betweenTwo(desired, world), ...withCommon(desired, world)];
  if (found.length === 0) return [];
  const more = found.length > MOST ? [`and ${found.length - MOST} more`] : [];
  return [
    {
      reason: 'invalid-input',
      target: world.target.roleArn,
      message: `the prefixes don't keep control planes apart: ${[...found.slice(0, MOST), ...more].join('; ')}`,
      next: "End every placeholder with a delimiter that names don't hold, such as `/`: `{group}/{name}/`, not `{group}-{name}`. Give what all may read a beginning of its own.",
    },
  ];
}

/** Sorted, what one covers follows right behind it: no need to hold all against all. */
function betweenTwo(desired: Desired, world: World): readonly string[] {
  const sorted = allOwned(desired, world).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
  const above: Owned[] = [];
  return sorted.flatMap((one): readonly string[] => {
    while (above.length > 0 && !coveredBy(one, above.at(-1))) above.pop();
    const rival = above.find((other) => other.host !== one.host && !isShared(other, one));
    above.push(one);
    return rival === undefined ? [] : [`${nameOf(rival)} covers ${nameOf(one)}`];
  });
}

const key = ({ expansion }: Owned): string => `${expansion.service.name} ${startOf(expansion)}`;

const coveredBy = (one: Owned, other: Owned | undefined): boolean =>
  other !== undefined && covers(other.expansion, one.expansion);

const nameOf = ({ host, expansion }: Owned): string => `${expansion.prefix} of ${host.name}`;

/** A prefix by `{group}` alone is one for all of the group; names, ids and namespaces are meant to tell control planes apart. */
function isShared(first: Owned, second: Owned): boolean {
  const { of } = first.expansion;
  const isByGroup = of.placeholders.every((name) => name === 'group');
  return isByGroup && of === second.expansion.of && key(first) === key(second);
}

function withCommon(desired: Desired, world: World): readonly string[] {
  return allOwned(desired, world).flatMap((one): readonly string[] => {
    const common = desired.grants.reads.find((read) => covers(read, one.expansion));
    return common === undefined ? [] : [`${common.prefix}, which all may read, covers ${nameOf(one)}`];
  });
}
