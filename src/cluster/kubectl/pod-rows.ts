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

/**
 * Variables from which the SDK takes other credentials, or where it looks for them (aws-sdk-go-v2, `config`: `env_config.go`
 * and `resolve_credentials.go`). Their names alone are printed.
 */
export const OTHER_SOURCES = [
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SHARED_CREDENTIALS_FILE',
  'AWS_CONFIG_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
] as const;

const POD = {
  kind: '"pod"',
  namespace: '.metadata.namespace',
  name: '.metadata.name',
  uid: '.metadata.uid',
  createdAt: '.metadata.creationTimestamp',
  deletedAt: '.metadata.deletionTimestamp',
  phase: '.status.phase',
  ready: '.status.conditions[?(@.type=="Ready")].status',
  // With the objects around them: the messages are free text.
  waiting: '.status.containerStatuses[*].state.waiting',
  node: '.spec.nodeName',
  owner: '.metadata.ownerReferences[?(@.controller==true)].name',
};
const VOLUME = { kind: '"volume"', name: '.name', sources: '.projected.sources' };
const CONTAINER = { kind: '"container"', name: '.name', mounts: '.volumeMounts' };
const VARIABLE = { kind: '"variable"', variable: '@' };
const NAME = { kind: '"name"', name: '.name' };
const FROM = {
  kind: '"from"',
  prefix: '.prefix',
  secret: '.secretRef.name',
  configMap: '.configMapRef.name',
};

export const sourcesSchema = z.array(
  z.object({
    serviceAccountToken: z.object({ audience: z.string().optional(), path: z.string() }).optional(),
  }),
);
export const mountsSchema = z.array(z.object({ name: z.string(), mountPath: z.string() }));
export const variableSchema = z.object({
  name: z.string(),
  value: z.string().default(''),
  valueFrom: z.unknown().optional(),
});

const waitingSchema = z.array(z.object({ reason: z.string().default(''), message: z.string().default('') }));

/** What its containers wait for: kubectl prints one object after the other, with blanks between them. */
export function waitingIn({ row }: Pod): readonly { readonly reason: string; readonly message: string }[] {
  return jsonField(`[${row('waiting').replaceAll(/\}\s+\{"/g, '},{"')}]`, waitingSchema, []);
}

export interface Container {
  readonly name: string;
  readonly mounts: z.infer<typeof mountsSchema>;
  /** Values by name; a variable without a literal value is left out. */
  readonly variables: Map<string, string>;
  /** Names of variables that are set to something, whatever it is: those above, and those from which other credentials come. */
  readonly set: Set<string>;
  /** Secrets and config maps that are variables as a whole, with the prefix of their names. */
  readonly from: { readonly prefix: string; readonly what: string }[];
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
  const names = OTHER_SOURCES.map((name) => `{range .env[?(@.name=="${name}")]}${cells(NAME)}{end}`);
  const from = `{range .envFrom[*]}${cells(FROM)}{end}`;
  const environment = [...variables, ...names, from].join('');
  const volumes = `{range .spec.volumes[*]}${cells(VOLUME)}{end}`;
  const containers = `{range .spec.containers[*]}${cells(CONTAINER)}${environment}{end}`;
  return `jsonpath={range .items[*]}${cells(POD)}${volumes}${containers}{end}`;
}

function addTo({ volumes, containers }: Pod, line: string): void {
  if (line.startsWith('volume\t')) {
    const row = rowOf(line, VOLUME);
    volumes.set(row('name'), jsonField(row('sources'), sourcesSchema, []));
  } else if (line.startsWith('container\t')) {
    const row = rowOf(line, CONTAINER);
    const mounts = jsonField(row('mounts'), mountsSchema, []);
    containers.push({ name: row('name'), mounts, variables: new Map(), set: new Set(), from: [] });
  } else {
    const container = containers.at(-1);
    if (container !== undefined) addToContainer(container, line);
  }
}

/** A variable of EKS's two mechanisms. */
export function addVariable({ variables, set }: Container, variable: z.infer<typeof variableSchema>): void {
  const { name, value, valueFrom } = variable;
  if (value !== '') variables.set(name, value);
  if (value !== '' || valueFrom !== undefined) set.add(name);
}

function addToContainer(container: Container, line: string): void {
  const { set, from } = container;
  if (line.startsWith('name\t')) {
    set.add(rowOf(line, NAME)('name'));
  } else if (line.startsWith('from\t')) {
    const row = rowOf(line, FROM);
    const what = row('secret') === '' ? `config map ${row('configMap')}` : `secret ${row('secret')}`;
    from.push({ prefix: row('prefix'), what });
  } else {
    const row = rowOf(line, VARIABLE);
    const none = { name: '', value: '', valueFrom: undefined };
    addVariable(container, jsonField(row('variable'), variableSchema, none));
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
