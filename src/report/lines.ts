/** The plan as lines of the job log. */
import type { Config } from '../model/config.ts';
import type { Change, Plan } from '../model/change.ts';
import { summaryLine } from './counts.ts';

const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  delete: '-',
  restart: '↻',
  wait: '…',
  foreign: '?',
};

/** Counts first, then one line per change with its reason and its effect. */
export function planLines(config: Config, plan: Plan): readonly string[] {
  const changes = plan.changes.map((change) => {
    const effect = change.effect === '' ? '' : ` [${change.effect}]`;
    return `  ${SIGNS[change.action]} ${change.id}: ${oneLine(change.reason)}${effect}`;
  });
  return [summaryLine(config, plan), ...changes, `plan ${plan.digest}`];
}

/** Values that come from a cluster or a tag can't start a line of their own in the log. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
