/** The values of the chart as the controller reads them. */
import { parse } from 'yaml';
import { z } from 'zod';
import type { V1ConfigMap } from '@kubernetes/client-node';
import type { SpaceConfig } from './types.ts';

const texts = z.record(z.string(), z.string());

const schema: z.ZodType<SpaceConfig> = z.object({
  registry: z.string(),
  hostNamespace: z.boolean(),
  highlyAvailable: z.boolean(),
  standIn: z.object({ image: z.string().min(1), command: z.array(z.string()) }).optional(),
  sharedSecrets: z.object({
    enabled: z.boolean(),
    annotations: texts,
    podLabels: texts,
    resources: z.looseObject({}),
  }),
});

/** Name of the ConfigMap that the stand-in chart writes for the controller. */
export const configMapName = 'spaces-controller-config';

/** Reads the controller's ConfigMap. */
export function readConfig(configMap: V1ConfigMap): SpaceConfig {
  return schema.parse(parse(configMap.data?.['config.yaml'] ?? ''));
}
