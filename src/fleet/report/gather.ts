/** Expected clusters and what the files say of them, as one list of rows: each expected cluster has one, whatever is missing. */
import { byName } from '../../report/alike.ts';
import type { JobFile } from './files.ts';
import {
  type ClusterName,
  type ExpectedCluster,
  type Fleet,
  type FleetProblem,
  type FleetRow,
  rankOf,
  type UnreachablePlace,
} from './model.ts';
import { addPlanes, planesOf } from './planes.ts';
import { type JobRun, runsOf } from './runs.ts';
import { missingRow, searchRow, unreachableRow } from './unseen.ts';
import { runVerdict } from './verdicts.ts';

export interface JobsLeft {
  readonly label: string;
  readonly expected: readonly ExpectedCluster[];
  readonly unreachable: readonly UnreachablePlace[];
  /** Why the search for clusters failed; undefined where it told which there are. */
  readonly searchFailure: string | undefined;
  readonly files: readonly JobFile[];
  /** What could not be read. */
  readonly problems: readonly FleetProblem[];
}

/** One row for each expected cluster, and for what else files and search tell of. */
export function gather(left: JobsLeft): Fleet {
  const { label, expected, unreachable, searchFailure, files, problems: unread } = left;
  const { runs, problems } = runsOf(files);
  const byPlace = Map.groupBy(expected, placeOf);
  const homes = Map.groupBy(runs, (run) => homeOf(run, byPlace.get(placeOf(run.cluster)) ?? []));
  const chosen = expected.map((cluster) => choose(homes.get(cluster) ?? [], cluster));
  const strangers = homes.get(undefined) ?? [];
  const others = [...Map.groupBy(strangers, ({ cluster }) => placeName(cluster)).values()].flatMap((group) =>
    group.slice(0, 1).map(({ cluster }) => choose(group, { ...cluster, label: cluster.name })),
  );
  const rows = [
    ...chosen.map(({ row }) => row),
    ...others.map(({ row }) => ({ ...row, isExpected: false })),
    ...unreachable
      .filter((place) => !(byPlace.get(placeOf(place)) ?? []).some((one) => fits(place, one)))
      .map(unreachableRow),
    ...(searchFailure === undefined ? [] : [searchRow(searchFailure)]),
  ].toSorted(worstFirst);
  const twice = [...chosen, ...others].flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  return {
    label,
    verdict: rows[0]?.verdict ?? 'unknown',
    rows,
    planes: addPlanes(rows.map(({ planes }) => planes)),
    problems: [...unread, ...problems, ...twice],
  };
}

function worstFirst(a: FleetRow, b: FleetRow): number {
  return (
    rankOf(a.verdict) - rankOf(b.verdict) ||
    byName(a.cluster, b.cluster) ||
    byName(`${a.account} ${a.region}`, `${b.account} ${b.region}`)
  );
}

/** `account/region/cluster`, without what is not known. */
export function placeName({ name, region, account }: ClusterName): string {
  return [account, region, name].filter((part) => part !== '').join('/');
}

function placeOf({ name, region }: ClusterName): string {
  return JSON.stringify([region, name]);
}

/** An account that one side does not know keeps nothing apart. */
function fits(one: ClusterName, other: ClusterName): boolean {
  const isSameAccount = one.account === '' || other.account === '' || one.account === other.account;
  return one.name === other.name && one.region === other.region && isSameAccount;
}

/** The expected cluster that a run is about; undefined when there is none, or when several could be meant. */
function homeOf(
  { cluster, result }: JobRun,
  expected: readonly ExpectedCluster[],
): ExpectedCluster | undefined {
  const fitting = expected.filter((one) => fits(cluster, one));
  if (fitting.length <= 1) return fitting[0];
  const labelled = fitting.filter(({ label }) => label === result?.label);
  return labelled.length === 1 ? labelled[0] : undefined;
}

interface Choice {
  readonly row: FleetRow;
  readonly problem?: FleetProblem;
}

/**
 * Chooses among several runs for one cluster: the one that looked last or, when one does not say when it looked, the worst. Runs of
 * several labels are about several roles, none of which speaks for another: of these, the worst.
 */
function choose(runs: readonly JobRun[], cluster: ExpectedCluster): Choice {
  const labels = [...Map.groupBy(runs, ({ result }) => result?.label ?? '').values()];
  const latest = labels.map((same) => latestOf(same.map((run) => rowOf(run, cluster))));
  const [first] = latest.toSorted((a, b) => worstFirst(a.row, b.row));
  if (first === undefined) return { row: missingRow(cluster) };
  if (runs.length === 1) return { row: first.row };
  const taken = latest.length > 1 ? 'the worst, since they are of several labels' : first.taken;
  const message = `tell of more than one run on ${placeName(cluster)}: taken is ${taken}`;
  return { row: first.row, problem: { path: runs.map(({ path }) => path).join(', '), message } };
}

function latestOf(rows: readonly FleetRow[]): { readonly row: FleetRow; readonly taken: string } {
  const isTimed = rows.every(({ checkedAt }) => checkedAt !== '');
  const row = rows.reduce((one, other) => {
    const later = isTimed ? Date.parse(other.checkedAt) - Date.parse(one.checkedAt) : 0;
    return later > 0 || (later === 0 && worstFirst(other, one) < 0) ? other : one;
  });
  return {
    row,
    taken: isTimed ? 'the one that looked last' : 'the worst, since not all say when they looked',
  };
}

function rowOf(run: JobRun, { name, region, account, label }: ExpectedCluster): FleetRow {
  const said = runVerdict(run);
  return {
    ...said,
    cluster: name,
    region,
    account: account === '' ? run.cluster.account : account,
    label,
    isExpected: true,
    mode: run.result?.mode ?? run.plan?.mode ?? '',
    checkedAt: run.result?.checkedAt ?? '',
    planes: planesOf(run, said.verdict),
  };
}
