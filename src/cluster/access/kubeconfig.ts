/** Kubeconfig texts: those made for a cluster, and those that the user gave. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { Cluster } from '../../model/world.ts';
import { parseQuietly } from './kubeconfig-source.ts';

const schema = z.object({
  'current-context': z.string().nullish(),
  contexts: z
    .array(
      z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: z.string().nullish() }) }),
    )
    .nullish(),
  clusters: z.array(z.object({ name: z.string(), cluster: z.object({ server: z.string() }) })).nullish(),
  users: z
    .array(z.object({ name: z.string(), user: z.object({ exec: z.unknown().optional() }).nullish() }))
    .nullish(),
});

/** A context of a kubeconfig, the API server it leads to, and how it signs in there. */
export interface ChosenContext {
  readonly context: string;
  readonly server: string;
  /** By a program that kubectl and helm start, such as `aws eks get-token`. */
  readonly byPlugin: boolean;
}

/** The server of one control plane, as `up ctx` writes it (`internal/profile/urls.go` of upbound/up). */
const CONTROL_PLANE =
  /^https?:\/\/[^/]+\/apis\/spaces\.upbound\.io\/\w+\/namespaces\/([^/]+)\/controlplanes\/([^/]+)\/k8s\/?$/;

function unusable(said: string): Failure {
  return new Failure('invalid-input', {
    tried: 'read the kubeconfig',
    said,
    next: 'Set `kubeconfig` to the path or the text of a kubeconfig for the EKS cluster of the Space, and `kube-context` to one of its contexts.',
  });
}

function signsInByPlugin({ users }: z.infer<typeof schema>, name: string | null | undefined): boolean {
  const exec = users?.find((each) => each.name === name)?.user?.exec;
  return exec !== undefined && exec !== null;
}

/** The named context, without a name the current one. Throws `invalid-input` when it leads to no server. */
export function chooseContext(text: string, context: string | undefined): ChosenContext {
  const yaml = parseQuietly(text);
  if (yaml === undefined) throw unusable('it is not YAML');
  const config = schema.safeParse(yaml);
  if (!config.success)
    throw unusable('it is not a kubeconfig: contexts or clusters are missing or misshapen');
  const contexts = config.data.contexts ?? [];
  const name = context ?? config.data['current-context'] ?? '';
  const chosen = contexts.find((each) => each.name === name);
  if (chosen === undefined) {
    const names = contexts.map((each) => each.name).join(', ');
    const missing = name === '' ? 'it has no current context' : `it has no context "${name}"`;
    throw unusable(`${missing}; its contexts: ${names === '' ? 'none' : names}`);
  }
  const cluster = (config.data.clusters ?? []).find((each) => each.name === chosen.context.cluster);
  if (cluster === undefined) throw unusable(`context "${name}" names a cluster that is not in it`);
  const byPlugin = signsInByPlugin(config.data, chosen.context.user);
  return { context: name, server: cluster.cluster.server, byPlugin };
}

/** Refuses a context that leads into a control plane: host namespaces and their Deployments can't be seen from there. */
export function refuseControlPlane({ context, server }: Pick<ChosenContext, 'context' | 'server'>): void {
  const match = CONTROL_PLANE.exec(server);
  if (match === null) return;
  throw new Failure('not-a-space', {
    tried: `use context "${context}"`,
    said: `it leads into control plane ${match[1]}/${match[2]} (${server})`,
    next: 'Use a kubeconfig of the EKS cluster that hosts the Space, or leave `kubeconfig` out and let the action sign in.',
  });
}

function host(url: string): string {
  try {
    return new URL(url).host.toLowerCase();
  } catch {
    return url;
  }
}

/** A warning when the context leads to another cluster than that of `cluster-name`, which is right only behind a proxy. */
export function otherClusterWarning(
  { context, server }: Pick<ChosenContext, 'context' | 'server'>,
  cluster: Cluster,
): string | undefined {
  if (host(server) === host(cluster.endpoint)) return undefined;
  return (
    `Context "${context}" leads to ${server}, but the endpoint of EKS cluster ${cluster.name} is ${cluster.endpoint}. ` +
    'Unless a proxy stands between, AWS and Kubernetes would be changed for two different clusters.'
  );
}

/** A kubeconfig for the cluster whose user's token is read from a file, so that it can be renewed during a long call. */
export function kubeconfigFor(cluster: Cluster, tokenFile: string): string {
  const { name, endpoint, certificateAuthority } = cluster;
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server: endpoint,
          'certificate-authority-data': Buffer.from(certificateAuthority).toString('base64'),
        },
      },
    ],
    users: [{ name, user: { tokenFile } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
