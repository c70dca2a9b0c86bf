/** The report that summary, comment and issue share, at three sizes. Pure text making. */
import type { RunRecord } from '../model/record.ts';
import { controlPlanes } from './control-planes.ts';
import { summaryLine } from './counts.ts';
import { code, plain, prose } from './escape.ts';
import { cut, folded } from './markdown.ts';
import { picture } from './picture.ts';
import { slowedText } from './slowed.ts';
import { secretReads } from './secret-reads.ts';
import { diffs, sharedChanges } from './shared-changes.ts';
import { verification } from './verification.ts';

/** How much is shown, from everything to the tables alone. */
type Size = 'full' | 'folded' | 'table';

/** How many names of control planes that share a row are shown. */
const MOST_NAMES: Readonly<Record<Size, number>> = { full: Number.POSITIVE_INFINITY, folded: 300, table: 30 };
/** How many of the keys that are read are shown. */
const MOST_READS: Readonly<Record<Size, number>> = { full: 200, folded: 30, table: 0 };

function body(record: RunRecord, size: Size): string {
  const { config, desired, world } = record;
  // The digest is what a reviewed plan is applied by: it stands where nothing is ever cut.
  const head = [title(record), ...counts(record), ...setUp(record), ...identity(record), ...failure(record)];
  const most = MOST_NAMES[size];
  const planes = controlPlanes(record, most);
  const checked = verification(record, most);
  const tables = [
    ...sharedChanges(record),
    ...(size === 'folded' ? foldAway(planes) : planes),
    ...(size === 'folded' ? foldAway(checked) : checked),
  ];
  const details = size === 'table' ? [] : [...diffs(record), ...secretReads(record, MOST_READS[size])];
  const drawn =
    size === 'full' && config !== undefined && desired !== undefined && world !== undefined
      ? [folded('Who may assume the role', picture(config, desired, world))]
      : [];
  return join([...head, ...tables, ...details, ...warnings(record), ...drawn]);
}

/** The largest size that fits; the tables, counts first, are cut on a line end if even they do not. */
export function fittingBody(record: RunRecord, bytes: number, ending: string): string {
  const full = body(record, 'full');
  if (Buffer.byteLength(full) <= bytes) return full;
  const noted = (size: Size): string => `${body(record, size)}\n${ending}\n`;
  const shorter = noted('folded');
  return Buffer.byteLength(shorter) <= bytes ? shorter : cut(noted('table'), bytes, ending);
}

function join(sections: readonly string[]): string {
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function title({ config, failure: problem }: RunRecord): string {
  const label = config === undefined ? 'not started' : config.reporting.label;
  return `## ${problem === undefined ? '' : '❌ '}Spaces workload identity: ${plain(label)}`;
}

function counts({ config, plan }: RunRecord): readonly string[] {
  return config === undefined || plan === undefined ? [] : [`**${plain(summaryLine(config, plan))}**`];
}

function setUp({ config, verdict }: RunRecord): readonly string[] {
  if (config === undefined) return [];
  return [
    `\`mode: ${config.mode}\` · \`identity: ${config.intent.identity}\`${verdict === undefined ? '' : ` · \`${verdict}\``}`,
  ];
}

function failure({ failure: problem }: RunRecord): readonly string[] {
  if (problem === undefined) return [];
  const { tried, said, next } = problem.details;
  return [
    `### Failed: ${code(problem.reason)}`,
    `- **Tried:** ${prose(tried)}\n- **Seen:** ${lines(said)}\n- **Next:** ${lines(next)}`,
  ];
}

/** Several lines of one message, kept apart. */
function lines(text: string): string {
  return text
    .split('\n')
    .map((line) => prose(line.trim()))
    .filter((line) => line !== '')
    .join('<br>');
}

function foldAway([heading, ...rest]: readonly string[]): readonly string[] {
  return heading === undefined ? [] : [folded(heading.replace(/^#+ /, ''), rest.join('\n\n'))];
}

function warnings(record: RunRecord): readonly string[] {
  const slowed = slowedText(record);
  const all = [...(record.plan?.warnings ?? []), ...(slowed === undefined ? [] : [slowed])];
  return all.length === 0 ? [] : [all.map((warning) => `- ⚠️ ${prose(warning)}`).join('\n')];
}

function identity({ plan }: RunRecord): readonly string[] {
  return plan === undefined ? [] : [`Plan ${code(plan.digest)}`];
}
