/** The Helm values that the intent needs, as a GitOps repository would hold them. */
import { stringify } from 'yaml';
import type { Intent } from '../model/config.ts';
import type { World } from '../model/world.ts';
import { wantedValues } from '../resources/helm-values.ts';
import { nested } from '../space/chart.ts';

export function helmValuesYaml(intent: Intent, world: World): string {
  return stringify(nested(wantedValues(intent, world)));
}
