/** Makes the entries of the matrix from what was seen, and the list of what is missing in it. Pure. */
import { createHash } from 'node:crypto';
import type { AccountView, FleetConfig, FoundCluster, Refusal } from '../model/fleet.ts';

/** A job of the matrix, with what it needs (contract). */
export interface FleetEntry {
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  /** ARN of the job's role; empty for the credentials that the job has. */
  readonly role: string;
  /** Unique in the fleet; fits the input `label` and the name of an artifact. */
  readonly label: string;
}

/** What may be of the fleet and has no entry (contract). */
export interface Unreachable {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly reason: string;
}

/** A cluster of the fleet that can be used, with its entry. */
export interface FleetMember {
  readonly entry: FleetEntry;
  readonly found: FoundCluster;
}

export interface FoundFleet {
  readonly members: readonly FleetMember[];
  readonly unreachable: readonly Unreachable[];
}

/** EKS keeps the API server up while it updates a cluster. */
const USABLE: ReadonlySet<string> = new Set(['ACTIVE', 'UPDATING']);

/** The fleet, sorted by cluster, region and account. */
export function fleetOf(config: FleetConfig, views: readonly AccountView[]): FoundFleet {
  const seen = views.flatMap(({ role, clusters }) =>
    clusters.filter((found) => fits(found, config)).map((found) => ({ role, found })),
  );
  const usable = seen.filter(({ found }) => USABLE.has(found.status));
  const unreachable = [
    ...seen.flatMap(({ found }) => (USABLE.has(found.status) ? [] : [notUsable(found)])),
    ...views.flatMap(({ refusals }) => refusals.map(refused)),
  ];
  const labelOf = labels([
    ...usable.map(({ found }) => ({ ...found, cluster: found.name })),
    // A cluster that can't be reached today counts too: its absence must not change the label of another one.
    ...unreachable.filter(({ cluster }) => cluster !== ''),
  ]);
  const members = usable.map(({ role, found }) => {
    const { name: cluster, region, account } = found;
    const place = { cluster, region, account };
    return { found, entry: { ...place, role: roleOf(config, role, found), label: labelOf(place) } };
  });
  return {
    members: members.toSorted((a, b) => inOrder(a.entry, b.entry)),
    unreachable: unreachable.toSorted(inOrder),
  };
}

/** Keys and values of an EKS tag differ by case. */
function fits({ tags }: FoundCluster, config: FleetConfig): boolean {
  return Object.entries(config.tags).every(([key, value]) => Object.hasOwn(tags, key) && tags[key] === value);
}

function roleOf({ laterRole }: FleetConfig, role: string | undefined, found: FoundCluster): string {
  return laterRole === undefined
    ? (role ?? '')
    : `arn:${found.partition}:iam::${found.account}:role/${laterRole}`;
}

function notUsable({ account, region, name, status }: FoundCluster): Unreachable {
  return { account, region, cluster: name, reason: `the cluster is ${status}` };
}

function refused({ account, region, cluster, failure }: Refusal): Unreachable {
  // The request id is left out: it differs in each run, and the reason would seem to be a new one. The log has it.
  const said = failure.details.said
    .replaceAll(/\(request id [^)]*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return { account, region, cluster, reason: `${failure.reason}: ${said}` };
}

type Place = Pick<FleetEntry, 'cluster' | 'region' | 'account'>;

const ORDER = ['cluster', 'region', 'account'] as const;

/** Compares code units, so that the order is the same on every machine. */
function inOrder(a: Place, b: Place): number {
  const differing = ORDER.find((key) => a[key] !== b[key]);
  if (differing === undefined) return 0;
  return a[differing] < b[differing] ? -1 : 1;
}

/** The greatest length that the input `label` takes. */
const LONGEST_LABEL = 100;

/**
 * The cluster's name where that is unique, else with the region, else with region and account. A point stands between: no name of
 * a cluster and no region has one, so that no two labels meet.
 */
function labels(places: readonly Place[]): (place: Place) => string {
  const twice = repeated(places.map(({ cluster }) => cluster));
  const twiceInRegion = repeated(places.map(({ cluster, region }) => `${cluster}.${region}`));
  return ({ cluster, region, account }) => {
    if (!twice.has(cluster)) return cluster;
    const withRegion = `${cluster}.${region}`;
    return ofLabelLength(twiceInRegion.has(withRegion) ? `${withRegion}.${account}` : withRegion);
  };
}

function repeated(texts: readonly string[]): ReadonlySet<string> {
  const groups = [...Map.groupBy(texts, (text) => text)];
  return new Set(groups.flatMap(([text, same]) => (same.length > 1 ? [text] : [])));
}

function ofLabelLength(label: string): string {
  if (label.length <= LONGEST_LABEL) return label;
  const digest = createHash('sha256').update(label).digest('hex').slice(0, 12);
  return `${label.slice(0, LONGEST_LABEL - digest.length - 1)}.${digest}`;
}
