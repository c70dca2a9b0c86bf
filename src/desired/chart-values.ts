/** The Spaces chart's values that the inputs need, whoever sets them. */
import type { Desired } from '../model/desired.ts';
import type { Json } from '../model/json.ts';
import type { Target } from '../model/target.ts';
import { ANNOTATION_PATH, POD_LABELS_PATH } from '../space/chart.ts';

export interface ChartValue {
  readonly id: 'helm/annotation' | 'helm/shared-secrets' | 'helm/pod-labels';
  readonly path: readonly string[];
  readonly value: Json;
}

/** All values that the release has to have, whether they are set already or not. */
export function chartValues({ intent, mechanism }: Desired, { roleArn }: Target): readonly ChartValue[] {
  const { sharedSecretsValue, podLabels } = intent.release;
  const annotation = mechanism.annotation(roleArn);
  return [
    ...(annotation === null
      ? []
      : [{ id: 'helm/annotation' as const, path: ANNOTATION_PATH, value: annotation }]),
    { id: 'helm/shared-secrets', path: sharedSecretsValue, value: true },
    ...Object.entries(podLabels).map(([key, value]) => ({
      id: 'helm/pod-labels' as const,
      path: [...POD_LABELS_PATH, key],
      value,
    })),
  ];
}
