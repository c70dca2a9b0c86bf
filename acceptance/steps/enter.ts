/** The way into the cluster: AWS's sign-in once, and a service account of the run's own from then on. */
import { loadKubeConfig } from '../../sandbox/kube-config.ts';
import { type Client, createClient } from '../../sandbox/kubernetes/client.ts';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { helmHomes, tool, type Tool } from '../../sandbox/world/tools.ts';
import { createClusterToken } from '../../src/aws/cluster-token.ts';
import { writeTokenKubeconfig } from '../make/kubeconfig.ts';
import { MARK } from '../make/names.ts';
import type { Place } from '../run-context.ts';

/** The cluster as its administrator has it. */
export interface Inside {
  readonly kubectl: Tool;
  readonly helm: Tool;
  readonly client: Client;
  readonly kubeconfigFile: string;
}

/** Longer than any run. An API server may give less. */
const TOKEN_SECONDS = 6 * 3600;
const ACCOUNT = 'acceptance';
const BINDING = MARK;

/** A new access entry takes a moment to be known. */
const ENTER_MS = 120_000;

export async function enter(place: Place): Promise<Inside> {
  const { names, cluster, facts, cleanUps, clusterName, ports } = place;
  const signedIn = await insideAsCaller(place);
  await waitFor({
    what: `the API server of ${clusterName} to let the caller in`,
    timeoutMs: ENTER_MS,
    intervalMs: 2_000,
    check: async () => (await signedIn.client.core.listNamespace({ limit: 1 })).items.length > 0,
  });
  facts.see('sign-in-token', true, 'let in');
  await refuseForeignSpace(place, signedIn);
  cleanUps.add({
    what: `namespace ${names.namespace} with the run's service account`,
    byHand: `kubectl delete clusterrolebinding ${BINDING}; kubectl delete namespace ${names.namespace}`,
    undo: async () => {
      await leave((await insideAsCaller(place)).kubectl, names.namespace);
    },
  });
  await signedIn.kubectl(['apply', '--filename=-'], JSON.stringify(administrator(names.namespace)));
  const { status } = await signedIn.client.core.createNamespacedServiceAccountToken({
    namespace: names.namespace,
    name: ACCOUNT,
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { audiences: [], expirationSeconds: TOKEN_SECONDS },
    },
  });
  return insideBy(place, await writeTokenKubeconfig(ports.dir, ACCOUNT, cluster, status?.token ?? ''));
}

/** By AWS's sign-in, whose token is good for a quarter of an hour. */
export async function insideAsCaller(place: Place): Promise<Inside> {
  const { ports, cluster, clusterName, aws } = place;
  const { token } = await createClusterToken(aws.sts, clusterName, CLOCK);
  return insideBy(place, await writeTokenKubeconfig(ports.dir, 'signed-in', cluster, token));
}

export const CLOCK = {
  now: () => Date.now(),
  sleep: () => Promise.reject(new Error('nothing here sleeps')),
  throwIfCancelled: () => {},
};

function insideBy({ ports }: Place, kubeconfigFile: string): Inside {
  const environment = { KUBECONFIG: kubeconfigFile, HOME: ports.dir, ...ports.action.env };
  return {
    kubectl: tool(ports.kubectl, environment),
    helm: tool(ports.helm, { ...environment, ...helmHomes(ports.dir) }),
    client: { ...createClient(kubeconfigFile), kubeConfig: loadKubeConfig(kubeconfigFile) },
    kubeconfigFile,
  };
}

/** The run deletes namespaces and releases: not in a cluster that holds a Space already. */
async function refuseForeignSpace({ clusterName }: Place, { kubectl }: Inside): Promise<void> {
  const args = ['get', 'customresourcedefinitions', '--output=name'];
  const [found] = /\S*\.spaces\.upbound\.io/.exec(await kubectl(args)) ?? [];
  if (found !== undefined)
    throw new Error(
      `Cluster ${clusterName} holds ${found}: a Space, or what an earlier run has left. Remove the latter with --remove; a real Space is never touched.`,
    );
}

async function leave(kubectl: Tool, namespace: string): Promise<void> {
  await kubectl(['delete', 'clusterrolebinding', BINDING, '--ignore-not-found']);
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=300s']);
}

function administrator(namespace: string): object {
  const labels = { [MARK]: 'true' };
  const list = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: ACCOUNT, namespace, labels } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: BINDING, labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'ServiceAccount', name: ACCOUNT, namespace }],
    },
  ];
  return { apiVersion: 'v1', kind: 'List', items: list };
}
