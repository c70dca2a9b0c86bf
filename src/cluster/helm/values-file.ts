/** The values file of an upgrade. */
import type { SetValue, UpgradeAnew } from '../../model/write.ts';
import { nested } from '../../space/chart.ts';

/**
 * The text of a values file: nested, so that keys with dots need none of the escaping that `--set` wants. Helm merges maps,
 * and a key set to `null` is taken out of the release's own values.
 */
export function valuesFile(updates: readonly (SetValue | UpgradeAnew)[]): string {
  return JSON.stringify(nested(updates.filter((update) => update.op === 'set-value')), undefined, 2);
}
