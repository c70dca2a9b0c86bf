/**
 * Reads pods that `kubectl create` prints as JSON, one document each, into what the rows of `kubectl get` come to. kubectl can't
 * print the second of several objects by a template with ranges in it ("not in range").
 */
import { z } from 'zod';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import {
  addVariable,
  mountsSchema,
  OTHER_SOURCES,
  sourcesSchema,
  variableSchema,
  VARIABLES,
} from './pod-rows.ts';
import type { Container, Pod } from './pod-rows.ts';

const nameSchema = z.object({ name: z.string() }).optional();

const containerSchema = z.object({
  name: z.string(),
  env: z.array(variableSchema).default([]),
  envFrom: z
    .array(z.object({ prefix: z.string().default(''), secretRef: nameSchema, configMapRef: nameSchema }))
    .default([]),
  volumeMounts: mountsSchema.default([]),
});

const podSchema = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({
    namespace: z.string(),
    name: z.string(),
    uid: z.string(),
    creationTimestamp: z.string(),
  }),
  spec: z.object({
    containers: z.array(containerSchema),
    volumes: z
      .array(z.object({ name: z.string(), projected: z.object({ sources: sourcesSchema }).optional() }))
      .default([]),
  }),
});

const OF_EKS: ReadonlySet<string> = new Set(Object.values(VARIABLES));
const OTHERS: ReadonlySet<string> = new Set(OTHER_SOURCES);

/** What is no pod is left out. */
export function podsInJson(stdout: string): readonly Pod[] {
  // kubectl indents: only a document itself begins at the margin.
  return stdout.split(/^(?=\{)/m).flatMap((text) => {
    const pod = parseJsonIfValid(text, podSchema);
    return pod === undefined ? [] : [toPod(pod)];
  });
}

function toPod({ metadata, spec }: z.infer<typeof podSchema>): Pod {
  const { namespace, name, uid, creationTimestamp: createdAt } = metadata;
  const texts: Readonly<Record<string, string>> = { namespace, name, uid, createdAt };
  return {
    row: (column) => texts[column] ?? '',
    volumes: new Map(spec.volumes.map((volume) => [volume.name, volume.projected?.sources ?? []])),
    containers: spec.containers.map(toContainer),
  };
}

/** As with rows, no value is kept but those of EKS's own variables. */
function toContainer({ name, env, envFrom, volumeMounts }: z.infer<typeof containerSchema>): Container {
  const from = envFrom.map(({ prefix, secretRef, configMapRef }) => ({
    prefix,
    what: secretRef === undefined ? `config map ${configMapRef?.name}` : `secret ${secretRef.name}`,
  }));
  const container: Container = { name, mounts: volumeMounts, variables: new Map(), set: new Set(), from };
  for (const variable of env) {
    if (OF_EKS.has(variable.name)) addVariable(container, variable);
    else if (OTHERS.has(variable.name)) container.set.add(variable.name);
  }
  return container;
}
