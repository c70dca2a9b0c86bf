/** The values file of an upgrade. */
import type { Json } from '../../model/json.ts';
import type { SetValue, UpgradeAnew } from '../../model/write.ts';
import { nested } from '../../space/chart.ts';

/**
 * The text of a values file: nested, so that keys with dots need none of the escaping that `--set` wants. Helm merges maps,
 * and a key set to `null` is taken out of the release's own values.
 */
export function valuesFile(updates: readonly (SetValue | UpgradeAnew)[]): string {
  return JSON.stringify(nested(updates.filter((update) => update.op === 'set-value')), undefined, 2);
}

type Values = Readonly<Record<string, Json>>;

/**
 * The text of a values file with all of the user's values, for an upgrade that takes none over from the revision before: Helm keeps a
 * `null` that is there already (4.3.1, `coalesceTablesFullKey`), and a killed upgrade leaves one where it has taken a key out.
 */
export function wholeValuesFile(own: Values, updates: readonly (SetValue | UpgradeAnew)[]): string {
  let values = own;
  for (const update of updates)
    if (update.op === 'set-value') values = withLeaf(values, update.path, update.value);
  return JSON.stringify(values, undefined, 2);
}

function withLeaf(values: Values, path: readonly string[], value: Json): Values {
  const [key = '', ...rest] = path;
  const { [key]: there, ...others } = values;
  if (rest.length === 0) return value === null ? others : { ...others, [key]: value };
  if (!isMap(there)) return value === null ? values : { ...others, [key]: withLeaf({}, rest, value) };
  return { ...others, [key]: withLeaf(there, rest, value) };
}

function isMap(value: Json | undefined): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
