/** The pull request comment: the marker, then the report, below GitHub's limit of 65,536 characters. */
import type { RunRecord } from '../model/record.ts';
import { ownChanges } from '../plan/entries.ts';
import { fittingBody } from './body.ts';
import { plain } from './escape.ts';
import { markerLine, markerOf } from './marker.ts';

const BUDGET_BYTES = 60_000;

export interface RunLink {
  readonly url: string;
  readonly headSha: string;
}

/** Begins with the marker by which the next run finds it. */
export function comment(record: RunRecord, link: RunLink): string {
  const marker = markerLine(markerOf(record, link.headSha));
  const status = `${STATUS[statusOf(record)]} [Run](${link.url}) at ${plain(link.headSha.slice(0, 12))}`;
  const ending = `The whole report is in the [job summary](${link.url}).`;
  const room = BUDGET_BYTES - Buffer.byteLength(marker) - Buffer.byteLength(status) - 8;
  return `${marker}\n${fittingBody(record, room, ending)}\n${status}\n`;
}

type Status = 'failed' | 'changes' | 'quiet';

const STATUS: Readonly<Record<Status, string>> = {
  failed: '❌ failed ·',
  changes: '📋 plan ready for review ·',
  quiet: '✅ nothing to do ·',
};

function statusOf({ failure, plan }: RunRecord): Status {
  if (failure !== undefined) return 'failed';
  return plan === undefined || ownChanges(plan).length === 0 ? 'quiet' : 'changes';
}
