/** Says that a run took longer because services asked for fewer calls. */
import { countOf } from '../model/count.ts';
import type { RunRecord } from '../model/record.ts';

/** One sentence; undefined when no service has asked. */
export function slowedText({ slowed }: Pick<RunRecord, 'slowed'>): string | undefined {
  if (slowed.size === 0) return undefined;
  const who = [...slowed].map(([name, count]) => `${name} ${countOf(count, 'time')}`).join(', ');
  return `this run was asked to slow down, and took longer for it: ${who}. Let fewer jobs run at the same time, or ask AWS for higher limits`;
}
