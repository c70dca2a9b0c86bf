/** The job summary of the fleet. Pure text making; what comes from AWS is escaped. */
import { countOf } from '../model/count.ts';
import type { Failure } from '../model/failure.ts';
import { code, plain, prose } from '../report/escape.ts';
import { cut, table } from '../report/markdown.ts';
import type { FoundFleet } from './entries.ts';

/** GitHub drops a summary of more than 1 MiB whole; 900 KiB leave room. */
const BUDGET_BYTES = 900 * 1024;
const CUT = 'More did not fit here: the file of `clusters-file` has everything.';

/** What was found, what is missing, and why the run failed if it did. */
export function searchSummary(
  fleet: FoundFleet | undefined,
  warnings: readonly string[],
  failure: Failure | undefined,
): string {
  const parts = [
    `### ${fleet === undefined ? 'Fleet' : `Fleet: ${countOf(fleet.members.length, 'cluster')}`}`,
    ...(failure === undefined ? [] : failed(failure)),
    ...warnings.map((warning) => `> ${prose(warning)}`),
    ...(fleet === undefined ? [] : [...missing(fleet), ...found(fleet)]),
  ];
  return `${cut(parts.join('\n\n'), BUDGET_BYTES, CUT)}\n`;
}

function failed({ reason, message }: Failure): readonly string[] {
  return [`**Failed: ${code(reason)}**`, ...message.split('\n').map((line) => prose(line.trim()))];
}

function missing({ unreachable }: FoundFleet): readonly string[] {
  if (unreachable.length === 0) return [];
  const rows = unreachable.map(({ account, region, cluster, reason }) => [
    cluster === '' ? 'all' : code(cluster),
    region === '' ? 'all' : code(region),
    code(account),
    plain(reason),
  ]);
  return ['**Not in the matrix**', table(['Cluster', 'Region', 'Account', 'Why'], rows)];
}

function found({ members }: FoundFleet): readonly string[] {
  if (members.length === 0) return [];
  const rows = members.map(({ entry, found: { version, status } }) => [
    code(entry.label),
    code(entry.cluster),
    code(entry.region),
    code(entry.account),
    code(version),
    code(status),
    code(entry.role),
  ]);
  return [table(['Label', 'Cluster', 'Region', 'Account', 'Kubernetes', 'Status', 'Role'], rows)];
}
