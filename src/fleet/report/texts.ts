/** The report as Markdown: the job summary, and the text of the fleet's issue. */
import { countOf } from '../../model/count.ts';
import type { Verdict } from '../../model/record.ts';
import { alike, namesFolded } from '../../report/alike.ts';
import { code, plain, prose } from '../../report/escape.ts';
import type { IssueText } from '../../report/issue.ts';
import { cut, folded, table } from '../../report/markdown.ts';
import { markerLine } from '../../report/marker.ts';
import { verdictCounts } from './documents.ts';
import { placeName } from './gather.ts';
import { type Fleet, type FleetProblem, type FleetRow, needsAttention, WORST_FIRST } from './model.ts';
import { addPlanes } from './planes.ts';

/** GitHub drops a summary of more than 1 MiB whole. */
const SUMMARY_BYTES = 900 * 1024;
/** GitHub takes 65,536 characters. */
const ISSUE_BYTES = 60_000;
/** How many names of clusters that share a row are shown. */
const MOST_NAMES = { summary: 2000, issue: 200 };
/** How many files that could not be used are named. */
const MOST_PROBLEMS = 50;
const FEW_PROBLEMS = 5;
/** How long the text of what was seen may be, in characters. */
const MOST_WHY = 400;

/** Stands in a shared row where each single text names something of one cluster's own. */
const OWN = '…';

const SIGNS: Readonly<Record<Verdict, string>> = {
  error: '❌',
  drifted: '❌',
  unknown: '❓',
  changes: '📋',
  destroyed: '✅',
  applied: '✅',
  'in-sync': '✅',
};

/** Below GitHub's limit, cut on a line end. */
export function fleetSummary(fleet: Fleet): string {
  return cut(
    body(fleet, MOST_NAMES.summary),
    SUMMARY_BYTES,
    'More did not fit here: the output `fleet-file` has everything.',
  );
}

/** `link` leads to the run. */
export function fleetIssue(fleet: Fleet, link: string): IssueText {
  const marker = markerLine({ version: 1, label: fleet.label, cluster: '', of: 'fleet' });
  const note = `Gathered by [this run](${link}). This issue is kept up to date by the workflow and closed when all is well.`;
  const room = ISSUE_BYTES - Buffer.byteLength(marker) - Buffer.byteLength(note) - 8;
  const text = cut(body(fleet, MOST_NAMES.issue), room, `More is in the [job summary](${link}).`);
  return {
    title: `Workload identity: clusters of ${fleet.label} need attention`,
    body: `${marker}\n${text}\n\n${note}\n`,
  };
}

function body(fleet: Fleet, mostNames: number): string {
  const { label, verdict, rows } = fleet;
  return [
    `## ${SIGNS[verdict]} Workload identity of ${countOf(rows.filter(({ cluster }) => cluster !== '').length, 'cluster')}: ${plain(label)}`,
    `**${counts(fleet)}**`,
    ...(rows.length === 0
      ? ['No cluster was expected, and no file tells of one.']
      : [rowsTable(rows, mostNames)]),
    ...problemsPart(fleet.problems),
  ].join('\n\n');
}

function counts(fleet: Fleet): string {
  const clusters = verdictCounts(fleet).map(([verdict, count]) => `${SIGNS[verdict]} ${count} ${verdict}`);
  const { inSync, drifted, unknown } = fleet.planes;
  return [clusters.join(' · '), `control planes: ${inSync} in sync, ${drifted} drifted, ${unknown} unknown`]
    .filter((part) => part !== '')
    .join(' — ');
}

function rowsTable(rows: readonly FleetRow[], mostNames: number): string {
  const lines = WORST_FIRST.flatMap((verdict) =>
    alike(
      rows.filter((row) => row.verdict === verdict),
      (row) => JSON.stringify([row.isExpected, ...sharedTexts(row)]),
    ).map((group) => lineOf(verdict, group, mostNames)),
  );
  return table(['Verdict', 'Cluster', 'Control planes', 'Seen, and what to do', 'Looked at'], lines);
}

/** One row for a group; of what is said of one cluster alone, its own names stay. */
function lineOf(verdict: Verdict, group: readonly FleetRow[], mostNames: number): readonly string[] {
  const isAlone = group.length === 1;
  const looked = group
    .map(({ checkedAt }) => checkedAt)
    .filter((time) => time !== '')
    .toSorted();
  return [
    `${SIGNS[verdict]}&nbsp;${verdict}`,
    isAlone
      ? group.map(clusterCell).join('')
      : namesFolded(group.map(nameOfRow), mostNames, countOf(group.length, 'cluster')),
    planesCell(group),
    [...strangerNote(group), ...group.slice(0, 1).flatMap(isAlone ? textsOf : sharedTexts)].join('<br>'),
    looked.slice(0, 1).map(minuteOf).join(''),
  ];
}

function nameOfRow({ cluster, region, account }: FleetRow): string {
  return placeName({ name: cluster === '' ? '*' : cluster, region, account });
}

function clusterCell(row: FleetRow): string {
  const { cluster, label, region, account } = row;
  const name = cluster === '' ? 'all clusters' : code(cluster);
  const also = label === '' || label === cluster ? '' : ` (${plain(label)})`;
  const place = [account, region].filter((part) => part !== '').map(plain);
  return [`${name}${also}`, place.join(' · ')].filter((part) => part !== '').join('<br>');
}

function planesCell(group: readonly FleetRow[]): string {
  const { inSync, drifted, unknown } = addPlanes(group.map(({ planes }) => planes));
  const parts = [
    [drifted, 'drifted'],
    [unknown, 'unknown'],
    [inSync, 'in sync'],
  ] as const;
  return parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count}&nbsp;${word}`])).join('<br>');
}

function strangerNote(group: readonly FleetRow[]): readonly string[] {
  return group.some(({ isExpected }) => !isExpected) ? ['⚠️ not among the expected clusters'] : [];
}

function textsOf({ verdict, reason, why, next }: FleetRow): readonly string[] {
  const seen = [reason === '' ? '' : code(reason), prose(shortened(why))]
    .filter((part) => part !== '')
    .join(': ');
  return [seen, needsAttention(verdict) ? prose(shortened(next)) : ''].filter((part) => part !== '');
}

/** What is said of one cluster as it can be said of others that are alike: its own names are left out, also inside of others. */
function sharedTexts(row: FleetRow): readonly string[] {
  const own = [row.cluster, row.label, row.account, row.region]
    .filter((name) => name !== '')
    .toSorted((a, b) => b.length - a.length)
    .map((name) => new RegExp(String.raw`(?<![\p{L}\p{N}])${literal(name)}(?![\p{L}\p{N}])`, 'gu'));
  const shared = (text: string): string => own.reduce((rest, name) => rest.replaceAll(name, OWN), text);
  return textsOf({ ...row, why: shared(row.why), next: shared(row.next) });
}

/** The text as a pattern that stands for itself. */
function literal(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
}

function shortened(text: string): string {
  return text.length > MOST_WHY ? text.slice(0, MOST_WHY).replace(/(?<=\s)\S*$/, '…') : text;
}

/** `2026-11-28 05:17`, in UTC as all times of the reports. */
function minuteOf(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}&nbsp;UTC`;
}

function problemsPart(problems: readonly FleetProblem[]): readonly string[] {
  if (problems.length === 0) return [];
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `- ⚠️ ${code(path)} ${prose(shortened(message))}`);
  const left = problems.length - lines.length;
  const all = [...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
  const title = `${countOf(problems.length, 'file')} not used as they are`;
  return problems.length > FEW_PROBLEMS ? [folded(title, all)] : [`### Files\n\n${all}`];
}
