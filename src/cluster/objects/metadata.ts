/** What all objects of Kubernetes have in common. */
import { catch as orFallback, z } from 'zod';

export const stringsSchema = z.record(z.string(), z.string());

export const metadataSchema = z.object({
  name: z.string(),
  /** Empty for what is in no namespace. */
  namespace: z.string().default(''),
  labels: stringsSchema.default({}),
  annotations: stringsSchema.default({}),
  deletionTimestamp: z.string().optional(),
});

/** For reads that use only the metadata. */
export const objectSchema = z.object({ metadata: metadataSchema });

export type ObjectMetadata = z.infer<typeof metadataSchema>;

/** Reads a field that an operator may write in another shape: then the fallback takes its place. */
export function orElse<T extends z.ZodType>(schema: T, fallback: z.output<T>): z.ZodCatch<T> {
  return orFallback(schema, () => fallback);
}

export const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
