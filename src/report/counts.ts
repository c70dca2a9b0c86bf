/** The one line of counts that stands first everywhere. */
import type { Config } from '../model/config.ts';
import type { Action, Plan } from '../model/change.ts';

/** `space-prod: 3 to create, 1 to update, 0 to delete, 2 to restart` (contract). */
export function summaryLine(config: Config, plan: Plan): string {
  const count = (action: Action): number => plan.changes.filter((change) => change.action === action).length;
  return `${config.intent.clusterName}: ${count('create')} to create, ${count('update')} to update, ${count('delete')} to delete, ${count('restart')} to restart`;
}
