/** What the report on a fleet is made of: files of jobs, the clusters that were expected, and a row for each cluster. */
import type { Verdict } from '../../model/record.ts';

/** A cluster as a matrix or a file names it; the account is empty where it is not known. */
export interface ClusterName {
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

/** A cluster that a job was to be run for. */
export interface ExpectedCluster extends ClusterName {
  readonly label: string;
}

/** Where the search for clusters could not look; without a cluster it is all of that account and region. */
export interface UnreachablePlace extends ClusterName {
  readonly reason: string;
}

/** Worst first. What is known to be wrong comes before what is not known. */
export const WORST_FIRST = [
  'error',
  'drifted',
  'unknown',
  'changes',
  'destroyed',
  'applied',
  'in-sync',
] as const satisfies readonly Verdict[];

/** 0 for the worst. The compiler asks for a place for every verdict. */
export function rankOf(verdict: Verdict): number {
  return WORST_FIRST.indexOf(verdict);
}

/** Somebody has to look: the step fails, and the issue is open. */
export function needsAttention(verdict: Verdict): boolean {
  return verdict === 'error' || verdict === 'drifted' || verdict === 'unknown';
}

export interface PlaneCounts {
  readonly inSync: number;
  readonly drifted: number;
  readonly unknown: number;
}

export interface FleetRow {
  /** Empty for a place where nothing could be listed. */
  readonly cluster: string;
  readonly region: string;
  readonly account: string;
  readonly label: string;
  /** Whether it was to be looked at; false for one that only a file tells of. */
  readonly isExpected: boolean;
  readonly verdict: Verdict;
  /** The failure reason of its job; empty without one. */
  readonly reason: string;
  /** What was seen, in a line; empty where all is well. */
  readonly why: string;
  /** What to do next; empty where nothing is known. */
  readonly next: string;
  /** The mode of its job; empty when it gave no file. */
  readonly mode: string;
  /** ISO 8601; empty when the world was not looked at. */
  readonly checkedAt: string;
  readonly planes: PlaneCounts;
}

/** A file, or something else that was handed in, which could not be used, or not for what it seems to be. */
export interface FleetProblem {
  /** Below the searched directory. */
  readonly path: string;
  readonly message: string;
}

export interface Fleet {
  readonly label: string;
  /** The worst of all; `unknown` when there is no cluster at all. */
  readonly verdict: Verdict;
  /** Worst first, then by name. */
  readonly rows: readonly FleetRow[];
  readonly planes: PlaneCounts;
  readonly problems: readonly FleetProblem[];
}
