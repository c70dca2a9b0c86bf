/** The job summary. GitHub drops one of more than 1 MiB whole; 900 KiB leave room. */
import type { RunRecord } from '../model/record.ts';
import { fittingBody } from './body.ts';

const BUDGET_BYTES = 900 * 1024;

/** Cut on a line end where even the tables do not fit. */
export function summary(record: RunRecord): string {
  return fittingBody(
    record,
    BUDGET_BYTES,
    'More did not fit here: the outputs `plan-file` and `verification-file` have everything.',
  );
}
