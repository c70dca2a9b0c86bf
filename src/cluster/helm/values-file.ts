/** The values file of an upgrade. */
import type { SetValue } from '../../model/write.ts';
import { nested } from '../../space/chart.ts';

/**
 * The text of a values file: nested, so that keys with dots need none of the escaping that `--set` wants. Helm merges maps,
 * and a key set to `null` is taken out of the release's own values.
 */
export function valuesFile(updates: readonly SetValue[]): string {
  return JSON.stringify(nested(updates.filter(({ path }) => path.length > 0)), undefined, 2);
}
