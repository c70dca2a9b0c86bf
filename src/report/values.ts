/** The Helm values that the inputs need, as a GitOps repository would hold them. */
import { stringify } from 'yaml';
import { chartValues } from '../desired/chart-values.ts';
import type { Desired } from '../model/desired.ts';
import type { Target } from '../model/target.ts';
import { nested } from '../space/chart.ts';

/** All values of the release as nested YAML, whether they are set already or not. */
export function helmValuesYaml(desired: Desired, target: Target): string {
  return stringify(nested(chartValues(desired, target)));
}
