/** Reads of a pod what counts for its identity. */
import { z } from 'zod';
import { metadataSchema, orElse } from './metadata.ts';
import { OTHER_SOURCES, VARIABLES } from './variables.ts';

const nameSchema = z.object({ name: z.string().default('') }).optional();
const sourcesSchema = z.array(
  z.object({
    serviceAccountToken: z.object({ audience: z.string().optional(), path: z.string() }).optional(),
  }),
);
const variableSchema = z.object({
  name: z.string(),
  value: z.string().default(''),
  valueFrom: z.unknown().optional(),
});
const containerSchema = z.object({
  name: z.string(),
  env: z.array(variableSchema).default([]),
  envFrom: z
    .array(z.object({ prefix: z.string().default(''), secretRef: nameSchema, configMapRef: nameSchema }))
    .default([]),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
});
const waitingSchema = z.object({ reason: z.string().default(''), message: z.string().default('') });
const statusSchema = z.object({
  phase: z.string().default(''),
  conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
  containerStatuses: z
    .array(z.object({ state: z.object({ waiting: waitingSchema.optional() }).default({}) }))
    .default([]),
});

export const podSchema = z.object({
  kind: z.literal('Pod').optional(),
  metadata: metadataSchema.extend({
    uid: z.string(),
    creationTimestamp: z.string(),
    ownerReferences: z
      .array(z.object({ name: z.string(), controller: z.boolean().default(false) }))
      .default([]),
  }),
  spec: z.object({
    nodeName: z.string().default(''),
    containers: z.array(containerSchema),
    volumes: z
      .array(z.object({ name: z.string(), projected: z.object({ sources: sourcesSchema }).optional() }))
      .default([]),
  }),
  status: orElse(statusSchema, { phase: '', conditions: [], containerStatuses: [] }).prefault({}),
});

export type PodObject = z.infer<typeof podSchema>;

export interface Container {
  readonly name: string;
  readonly mounts: readonly { readonly name: string; readonly mountPath: string }[];
  /** Values by name, of EKS's own variables; one without a literal value is left out. */
  readonly variables: ReadonlyMap<string, string>;
  /** Names of variables that are set to something, whatever it is: EKS's, and those from which other credentials come. */
  readonly set: ReadonlySet<string>;
  /** Secrets and config maps that are variables as a whole, with the prefix of their names. */
  readonly from: readonly { readonly prefix: string; readonly what: string }[];
}

const OF_EKS: ReadonlySet<string> = new Set(Object.values(VARIABLES));
const OTHERS: ReadonlySet<string> = new Set(OTHER_SOURCES);

/** No value is kept but those of EKS's own variables. */
export function containerOf(container: z.infer<typeof containerSchema>): Container {
  const { name, env, envFrom, volumeMounts: mounts } = container;
  const ofEks = env.filter((variable) => OF_EKS.has(variable.name));
  const isSet = ofEks.filter(({ value, valueFrom }) => value !== '' || valueFrom !== undefined);
  const others = env.filter((variable) => OTHERS.has(variable.name));
  const literal = ofEks.filter(({ value }) => value !== '');
  return {
    name,
    mounts,
    variables: new Map(literal.map((variable) => [variable.name, variable.value])),
    set: new Set([...isSet, ...others].map((variable) => variable.name)),
    from: envFrom.map(({ prefix, secretRef, configMapRef }) => ({
      prefix,
      what: secretRef === undefined ? `config map ${configMapRef?.name}` : `secret ${secretRef.name}`,
    })),
  };
}
