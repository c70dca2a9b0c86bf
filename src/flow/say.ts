/** Says what changes in the job log: what has more lines than a screen is folded. */
import { countOf } from '../model/count.ts';
import type { Log } from '../model/ports.ts';
import type { PlanLines } from '../report/lines.ts';

const SCREEN = 40;

/** Writes the plan to the log: counts, changes, and what someone else has to set. */
export async function sayPlan(log: Log, { counts, changes, end }: PlanLines): Promise<void> {
  log.info(counts);
  await sayChanges(log, changes);
  for (const line of end) log.info(line);
}

/** One line a change. */
export async function sayChanges(log: Log, lines: readonly string[]): Promise<void> {
  const say = (): Promise<void> => {
    for (const line of lines) log.info(line);
    return Promise.resolve();
  };
  if (lines.length <= SCREEN) await say();
  else await log.group(`${countOf(lines.length, 'line')}: what changes, and why`, say);
}
