/** The job summary. GitHub drops one of more than 1 MiB whole; 900 KiB leave room. */
import type { RunRecord } from '../model/record.ts';
import { fitting } from './body.ts';

const BUDGET_BYTES = 900 * 1024;

export function summary(record: RunRecord): string {
  return fitting(
    record,
    BUDGET_BYTES,
    'More did not fit here: the outputs `plan-file` and `verification-file` have everything.',
  );
}
