/** Kubeconfig texts: those made for a cluster, and those that the user gave. */
import { stringify } from 'yaml';
import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import type { Cluster } from '../../model/world.ts';
import { parseQuietly } from './kubeconfig-source.ts';
import { kubeconfigUser, signInBy, type SignInByKubeconfig } from './kubeconfig-user.ts';

const word = z
  .string()
  .nullish()
  .transform((text) => text ?? '');
const listOf = <T extends z.ZodType>(part: T) =>
  z
    .array(part)
    .nullish()
    .transform((parts) => parts ?? []);

/** What kubectl can read. That a part is whole matters only in the context that is used: kubectl asks for no more either. */
const schema = z.object({
  'current-context': word,
  contexts: listOf(z.object({ name: word, context: z.object({ cluster: word, user: word }).nullish() })),
  clusters: listOf(z.object({ name: word, cluster: z.object({ server: word }).nullish() })),
  users: listOf(z.object({ name: word, user: kubeconfigUser.nullish() })),
});

/** A context of a kubeconfig, the API server that it leads to, and how it signs in there. */
export interface ChosenContext extends SignInByKubeconfig {
  readonly context: string;
  readonly server: string;
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

type Parsed = z.infer<typeof schema>;

function signIn({ users }: Parsed, context: string, name: string, server: string): SignInByKubeconfig {
  const found = users.find((each) => each.name === name);
  const by = signInBy(found?.user ?? {});
  // Where it speaks TLS, kubectl then asks for a name and a password.
  if (by === undefined && server.startsWith('https:')) {
    const isMissing = name !== '' && found === undefined;
    throw unusable(
      isMissing
        ? `context "${context}" names a user that is not in it`
        : `context "${context}" has nothing to sign in by: no token, no certificate, no program`,
    );
  }
  return by ?? {};
}

function serverOf({ clusters }: Parsed, context: string, name: string): string {
  if (name === '') throw unusable(`context "${context}" names no cluster`);
  const found = clusters.find((each) => each.name === name);
  if (found === undefined) throw unusable(`context "${context}" names a cluster that is not in it`);
  const server = found.cluster?.server ?? '';
  if (server === '') throw unusable(`the cluster of context "${context}" has no server`);
  if (!/^https?:$/.test(URL.parse(server)?.protocol ?? ''))
    throw unusable(`the server of context "${context}" is no address that begins with https:// or http://`);
  return server;
}

/** The named context, without a name the current one. Throws `invalid-input` when it leads to no server, or nobody signs in there. */
export function chooseContext(text: string, context: string | undefined): ChosenContext {
  const yaml = parseQuietly(text);
  if (yaml === undefined) throw unusable('it is not YAML');
  const config = schema.safeParse(yaml);
  if (!config.success)
    throw unusable('it is not a kubeconfig: contexts or clusters are missing or misshapen');
  // kubectl takes an empty name for none.
  const contexts = config.data.contexts.filter((each) => each.name !== '');
  const name = context ?? config.data['current-context'];
  const chosen = contexts.find((each) => each.name === name);
  if (chosen === undefined) {
    const names = contexts.map((each) => each.name).join(', ');
    const missing = name === '' ? 'it has no current context' : `it has no context "${name}"`;
    throw unusable(`${missing}; its contexts: ${names === '' ? 'none' : names}`);
  }
  const { cluster = '', user = '' } = chosen.context ?? {};
  const server = serverOf(config.data, name, cluster);
  return { context: name, server, ...signIn(config.data, name, user, server) };
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
