/** The drift issue: its title and text, and whether it should be open. */
import type { RunRecord } from '../model/record.ts';
import { fittingBody } from './body.ts';
import { markerLine, markerOf } from './marker.ts';
import type { RunLink } from './comment.ts';

const BUDGET_BYTES = 60_000;

export interface IssueText {
  readonly title: string;
  readonly body: string;
}

/** Begins with the marker by which the next run finds it. */
export function issueText(record: RunRecord, link: RunLink): IssueText {
  const marker = markerLine(markerOf(record, link.headSha));
  const checked =
    record.checkedAt === undefined
      ? ''
      : `Checked at ${new Date(record.checkedAt).toISOString()} by [this run](${link.url}). `;
  const note = `${checked}This issue is kept up to date by the scheduled check and closed when everything is in sync.`;
  const room = BUDGET_BYTES - Buffer.byteLength(marker) - Buffer.byteLength(note) - 8;
  const label = record.config?.reporting.label ?? '';
  return {
    title: `Workload identity of ${label} has drifted`,
    body: `${marker}\n${fittingBody(record, room, `More is in the [job summary](${link.url}).`)}\n${note}\n`,
  };
}
