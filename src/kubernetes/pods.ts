/** Pods of the workload, and what each carries of the two mechanisms (injected by EKS's webhook when the pod was made). */
import { z } from 'zod';
import type { ControllerPod } from '../model/world.ts';
import { fields, jsonField, lines, optional } from './rows.ts';

const ROLE = 'AWS_ROLE_ARN';
const WEB_TOKEN = 'AWS_WEB_IDENTITY_TOKEN_FILE';
const CREDENTIALS = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
const POD_TOKEN = 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE';

const POD_FIELDS = [
  '.metadata.namespace',
  '.metadata.name',
  '.metadata.uid',
  '.metadata.creationTimestamp',
  '.metadata.deletionTimestamp',
  '.status.phase',
  '.status.conditions[?(@.type=="Ready")].status',
];

function cell(field: string): string {
  return `{"\\t"}{${field}}`;
}

function row(kind: string, from: readonly string[]): string {
  return `{"${kind}"}${from.map(cell).join('')}{"\\n"}`;
}

/** The rows of one pod: itself, its volumes, its containers each followed by the four variables. Nothing else leaves kubectl. */
function podTemplate(): string {
  const variables = [ROLE, WEB_TOKEN, CREDENTIALS, POD_TOKEN]
    .map((name) => `{range .env[?(@.name=="${name}")]}${row('env', ['@'])}{end}`)
    .join('');
  const volumes = `{range .spec.volumes[*]}${row('volume', ['.name', '.projected.sources'])}{end}`;
  const containers = `{range .spec.containers[*]}${row('container', ['.name', '.volumeMounts'])}${variables}{end}`;
  return `jsonpath={range .items[*]}${row('pod', POD_FIELDS)}${volumes}${containers}{end}`;
}

export function podsArgs(serviceAccount: string): readonly string[] {
  const selector = `--field-selector=spec.serviceAccountName=${serviceAccount}`;
  return ['get', 'pods', '--all-namespaces', selector, '--output', podTemplate()];
}

const sourcesSchema = z.array(
  z.object({
    serviceAccountToken: z.object({ audience: z.string().optional(), path: z.string() }).optional(),
  }),
);
const mountsSchema = z.array(z.object({ name: z.string(), mountPath: z.string() }));
const variableSchema = z.object({ name: z.string(), value: z.string().optional() });

interface Container {
  readonly name: string;
  readonly mounts: z.infer<typeof mountsSchema>;
  readonly env: Map<string, string>;
}

interface Pod {
  readonly row: readonly string[];
  /** Projected sources, by volume. */
  readonly volumes: Map<string, z.infer<typeof sourcesSchema>>;
  readonly containers: Container[];
}

/** Puts the rows of one pod together again. */
function assemble(stdout: string): readonly Pod[] {
  const pods: Pod[] = [];
  for (const line of lines(stdout)) {
    const kind = line.slice(0, line.indexOf('\t'));
    const pod = pods.at(-1);
    if (kind === 'pod') {
      pods.push({ row: fields(line, POD_FIELDS.length + 1).slice(1), volumes: new Map(), containers: [] });
    } else if (kind === 'volume') {
      const [, name = '', sources] = fields(line, 3);
      pod?.volumes.set(name, jsonField(sources, sourcesSchema, []));
    } else if (kind === 'container') {
      const [, name = '', mounts] = fields(line, 3);
      pod?.containers.push({ name, mounts: jsonField(mounts, mountsSchema, []), env: new Map() });
    } else {
      const [, text] = fields(line, 2);
      const { name, value } = jsonField<z.infer<typeof variableSchema>>(text, variableSchema, { name: '' });
      if (value !== undefined && value !== '') pod?.containers.at(-1)?.env.set(name, value);
    }
  }
  return pods;
}

/** The audience of the token that lies at this path in the container. */
function audienceAt(pod: Pod, container: Container, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const mount = container.mounts.find(({ mountPath }) => file.startsWith(`${mountPath.replace(/\/$/, '')}/`));
  if (mount === undefined) return undefined;
  const path = file.slice(mount.mountPath.replace(/\/$/, '').length + 1);
  const sources = pod.volumes.get(mount.name) ?? [];
  return sources.find(({ serviceAccountToken }) => serviceAccountToken?.path === path)?.serviceAccountToken
    ?.audience;
}

interface Carried {
  readonly irsaRoleArn?: string | undefined;
  readonly irsaAudience?: string | undefined;
  readonly podIdentity: boolean;
  readonly podIdentityAudience?: string | undefined;
}

function carriedBy(pod: Pod, container: Container): Carried {
  const { env } = container;
  const irsa = env.has(ROLE) && env.has(WEB_TOKEN);
  const podIdentity = env.has(CREDENTIALS) && env.has(POD_TOKEN);
  return {
    irsaRoleArn: irsa ? env.get(ROLE) : undefined,
    irsaAudience: irsa ? audienceAt(pod, container, env.get(WEB_TOKEN)) : undefined,
    podIdentity,
    podIdentityAudience: podIdentity ? audienceAt(pod, container, env.get(POD_TOKEN)) : undefined,
  };
}

/** One ARN for the pod; where the containers differ, a text that equals no ARN and says how they do. */
function commonRole(carried: readonly Carried[]): string | undefined {
  const arns = new Set(carried.map(({ irsaRoleArn }) => irsaRoleArn));
  if (arns.size <= 1) return carried[0]?.irsaRoleArn;
  const some = [...arns].filter((arn) => arn !== undefined);
  const count = carried.filter(({ irsaRoleArn }) => irsaRoleArn !== undefined).length;
  return `${some.join(' and ')} (in ${count} of ${carried.length} containers)`;
}

function toRecord(pod: Pod, names: readonly string[]): ControllerPod {
  const [namespace = '', name = '', uid = '', createdAt = '', deletedAt, phase = '', ready] = pod.row;
  // A side-car that another webhook adds later has no part in it: only what the Deployment itself names counts.
  const named = pod.containers.filter((container) => names.includes(container.name));
  const carried = (named.length > 0 ? named : pod.containers).map((container) => carriedBy(pod, container));
  const irsaRoleArn = commonRole(carried);
  const irsaAudience = carried.find((each) => each.irsaAudience !== undefined)?.irsaAudience;
  const podIdentityAudience = carried.find(
    (each) => each.podIdentityAudience !== undefined,
  )?.podIdentityAudience;
  return {
    namespace,
    name,
    uid,
    phase,
    ready: ready === 'True',
    deleting: optional(deletedAt) !== undefined,
    createdAt: Date.parse(createdAt),
    ...(irsaRoleArn === undefined ? {} : { irsaRoleArn }),
    ...(irsaAudience === undefined ? {} : { irsaAudience }),
    podIdentity: carried.length > 0 && carried.every((each) => each.podIdentity),
    ...(podIdentityAudience === undefined ? {} : { podIdentityAudience }),
  };
}

/** The pods; `containersOf` names the containers that the namespace's Deployments have in their pod template. */
export function parsePods(
  stdout: string,
  containersOf: ReadonlyMap<string, readonly string[]>,
): readonly ControllerPod[] {
  return assemble(stdout).map((pod) => toRecord(pod, containersOf.get(pod.row[0] ?? '') ?? []));
}
