/** Reads pods as rows: the pod, its volumes, then its containers, each followed by the variables that AWS's SDKs read. */
import { z } from 'zod';
import { cells, jsonField, lines, rowOf } from './rows.ts';
import type { Row } from './rows.ts';

/** The variables that EKS's two mechanisms set. Others are not even printed by kubectl: some hold secrets. */
export const VARIABLES = {
  role: 'AWS_ROLE_ARN',
  webToken: 'AWS_WEB_IDENTITY_TOKEN_FILE',
  credentials: 'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  podToken: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
};

const POD = {
  kind: '"pod"',
  namespace: '.metadata.namespace',
  name: '.metadata.name',
  uid: '.metadata.uid',
  createdAt: '.metadata.creationTimestamp',
  deletedAt: '.metadata.deletionTimestamp',
  phase: '.status.phase',
  ready: '.status.conditions[?(@.type=="Ready")].status',
  node: '.spec.nodeName',
  owner: '.metadata.ownerReferences[?(@.controller==true)].name',
};
const VOLUME = { kind: '"volume"', name: '.name', sources: '.projected.sources' };
const CONTAINER = { kind: '"container"', name: '.name', mounts: '.volumeMounts' };
const VARIABLE = { kind: '"variable"', variable: '@' };

const sourcesSchema = z.array(
  z.object({
    serviceAccountToken: z.object({ audience: z.string().optional(), path: z.string() }).optional(),
  }),
);
const mountsSchema = z.array(z.object({ name: z.string(), mountPath: z.string() }));
const variableSchema = z.object({ name: z.string(), value: z.string().default('') });

export interface Container {
  readonly name: string;
  readonly mounts: z.infer<typeof mountsSchema>;
  /** Values by name; a variable without a literal value is left out. */
  readonly variables: Map<string, string>;
}

export interface Pod {
  readonly row: Row<keyof typeof POD>;
  /** Projected sources, by volume. */
  readonly volumes: Map<string, z.infer<typeof sourcesSchema>>;
  readonly containers: Container[];
}

/** The template that prints the rows of all pods. */
export function podTemplate(): string {
  const variables = Object.values(VARIABLES).map(
    (name) => `{range .env[?(@.name=="${name}")]}${cells(VARIABLE)}{end}`,
  );
  const volumes = `{range .spec.volumes[*]}${cells(VOLUME)}{end}`;
  const containers = `{range .spec.containers[*]}${cells(CONTAINER)}${variables.join('')}{end}`;
  return `jsonpath={range .items[*]}${cells(POD)}${volumes}${containers}{end}`;
}

function addTo({ volumes, containers }: Pod, line: string): void {
  if (line.startsWith('volume\t')) {
    const row = rowOf(line, VOLUME);
    volumes.set(row('name'), jsonField(row('sources'), sourcesSchema, []));
  } else if (line.startsWith('container\t')) {
    const row = rowOf(line, CONTAINER);
    const mounts = jsonField(row('mounts'), mountsSchema, []);
    containers.push({ name: row('name'), mounts, variables: new Map() });
  } else {
    const row = rowOf(line, VARIABLE);
    const { name, value } = jsonField(row('variable'), variableSchema, { name: '', value: '' });
    if (value !== '') containers.at(-1)?.variables.set(name, value);
  }
}

/** Groups the rows by pod. */
export function assemblePods(stdout: string): readonly Pod[] {
  const pods: Pod[] = [];
  for (const line of lines(stdout)) {
    const pod = pods.at(-1);
    if (line.startsWith('pod\t')) pods.push({ row: rowOf(line, POD), volumes: new Map(), containers: [] });
    else if (pod !== undefined) addTo(pod, line);
  }
  return pods;
}
