/** Rows for what no file tells of: a job that left none, a place that the search could not look at, a search that failed. */
import { FAILURE_REASONS } from '../../model/failure.ts';
import type { ExpectedCluster, FleetRow, UnreachablePlace } from './model.ts';
import { NO_PLANES } from './planes.ts';

const SILENT = { verdict: 'unknown', reason: '', mode: '', checkedAt: '', planes: NO_PLANES } as const;

/** The row of an expected cluster that no file tells of. */
export function missingRow({ name, region, account, label }: ExpectedCluster): FleetRow {
  return {
    ...SILENT,
    cluster: name,
    region,
    account,
    label,
    isExpected: true,
    why: 'its job left no file that could be used',
    next: "See the log of the cluster's job: it was not started, was ended, or could not upload its files.",
  };
}

/** The row of an account or region that the search could not look at. */
export function unreachableRow({ name, region, account, reason }: UnreachablePlace): FleetRow {
  return {
    ...SILENT,
    cluster: name,
    region,
    account,
    label: name,
    isExpected: true,
    why: `could not be looked at: ${reason}`,
    next: "See the job that looks for clusters: its role may lack a right, or doesn't exist there.",
  };
}

const REASONS: ReadonlySet<string> = new Set(FAILURE_REASONS);

/**
 * Stands for all clusters, since nobody knows which there are. `failure` is the search's failure reason; where it gave none, the result
 * of its job.
 */
export function searchRow(failure: string): FleetRow {
  const everywhere = { ...SILENT, cluster: '', region: '', account: '', label: '', isExpected: true };
  const next = 'See the job that looks for clusters.';
  if (REASONS.has(failure))
    return { ...everywhere, reason: failure, why: 'the search for clusters failed', next };
  return {
    ...everywhere,
    why: `the search for clusters told of none (its job: \`${failure}\`)`,
    next: `${next} It may also have found some: GitHub drops an output that holds the value of a secret.`,
  };
}
