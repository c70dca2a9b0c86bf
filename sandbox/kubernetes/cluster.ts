/** Starts a Kubernetes cluster: real servers, simulated nodes. */
import { Health } from '@kubernetes/client-node';
import { resolve } from 'node:path';
import { ensureBinaries } from './binaries.ts';
import { type Client, createClient } from './client.ts';
import { apiServerFlags } from './components/api-server.ts';
import { controllerManagerFlags } from './components/controller-manager.ts';
import { etcdFlags } from './components/etcd.ts';
import { kwokFlags } from './components/kwok.ts';
import { schedulerFlags } from './components/scheduler.ts';
import { simulatedNodes } from './nodes.ts';
import { clusterPaths } from './paths.ts';
import { freePorts } from './ports.ts';
import { prepare } from './prepare.ts';
import { createProcessGroup, type ProcessGroup } from './process-group.ts';
import type { Binaries, Cluster, ClusterOptions } from './types.ts';
import { waitFor } from './wait.ts';

const startTimeoutMs = 120_000;
const attempts = 3;

/**
 * Starts a Kubernetes control plane with two simulated nodes, ready for use when this returns. Builds the binaries when
 * needed. A server that ends by itself later is logged with the last lines of its log.
 */
export async function startCluster(given: ClusterOptions): Promise<Cluster> {
  const options = { ...given, dir: resolve(given.dir) };
  const binaries = await ensureBinaries(options.log);
  for (let attempt = 1; ; attempt += 1) {
    const processes = createProcessGroup(options.dir, options.log);
    try {
      return await launch(options, binaries, processes);
    } catch (error) {
      await processes.stop();
      // Between the choice of a port and its use, another process may have taken it.
      if (attempt === attempts || !String(error).includes('address already in use')) {
        throw error;
      }
      options.log('a chosen port was taken meanwhile; starting again with others');
    }
  }
}

async function launch(
  options: ClusterOptions,
  binaries: Binaries,
  processes: ProcessGroup,
): Promise<Cluster> {
  const start = performance.now();
  const paths = clusterPaths(options.dir);
  const [port = 0, etcdPort = 0, peerPort = 0] = await freePorts(3);
  const endpoint = `https://127.0.0.1:${port}`;
  const etcdEndpoint = `https://127.0.0.1:${etcdPort}`;
  const { caPem, publicKey } = await prepare(paths, endpoint, options);
  const run = (name: string, args: string[]): void =>
    processes.start(name, `${binaries.kubernetes}/${name}`, args);

  run('etcd', etcdFlags(paths, etcdEndpoint, `https://127.0.0.1:${peerPort}`));
  const asksTokenReview = options.tokenReview !== undefined;
  run(
    'kube-apiserver',
    apiServerFlags({ paths, port, etcdEndpoint, issuer: options.issuer, asksTokenReview }),
  );
  const client = createClient(paths.adminKubeconfig);
  await processes.guard(apiIsReady(client));

  run('kube-controller-manager', controllerManagerFlags(paths));
  run('kube-scheduler', schedulerFlags(paths));
  processes.start('kwok', binaries.kwok, kwokFlags(paths));
  await processes.guard(Promise.all([client.applyAll(simulatedNodes()), clusterIsReady(client)]));

  options.log(
    `Kubernetes is ready at ${endpoint} after ${((performance.now() - start) / 1000).toFixed(1)} s`,
  );
  return {
    endpoint,
    caPem,
    adminKubeconfig: paths.adminKubeconfig,
    auditLog: paths.auditLog,
    publicKeys: [publicKey],
    stop: processes.stop,
  };
}

async function apiIsReady({ kubeConfig }: Client): Promise<void> {
  const health = new Health(kubeConfig);
  await waitFor({
    what: 'the Kubernetes API',
    timeoutMs: startTimeoutMs,
    intervalMs: 50,
    check: () => health.readyz({}),
  });
}

/** Nodes are ready, and a service account can be used by pods. */
async function clusterIsReady({ core }: Client): Promise<void> {
  await waitFor({
    what: 'the simulated nodes',
    timeoutMs: startTimeoutMs,
    check: async () => {
      const { items } = await core.listNode();
      const ready = items.filter((node) =>
        node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      return ready.length === simulatedNodes().length;
    },
  });
  await waitFor({
    what: 'the default service account',
    timeoutMs: startTimeoutMs,
    check: async () => {
      await core.readNamespacedServiceAccount({ namespace: 'default', name: 'default' });
      return true;
    },
  });
}
