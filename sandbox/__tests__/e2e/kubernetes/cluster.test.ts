/** The cluster and the registry as they really run. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { z } from 'zod';
import {
  type Binaries,
  type Client,
  type Cluster,
  createClient,
  ensureBinaries,
  startCluster,
  startRegistry,
} from '../../../kubernetes/index.ts';
import { type ReviewServer, startReviewServer } from './review-server.ts';

const run = promisify(execFile);
const issuer = 'https://oidc.eks.us-west-2.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';

const whoAmI = z.object({
  status: z.object({ userInfo: z.object({ username: z.string(), groups: z.array(z.string()) }) }),
});

let directory: string;
let binaries: Binaries;
let reviews: ReviewServer;
let cluster: Cluster;
let client: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cluster-'));
  binaries = await ensureBinaries(console.log);
  reviews = await startReviewServer();
  cluster = await startCluster({
    auditedGroup: 'testers',
    dir: join(directory, 'cluster'),
    issuer,
    tokenReview: reviews,
    log: console.log,
  });
  client = createClient(cluster.adminKubeconfig);
}, 1_800_000);

afterAll(async () => {
  await cluster.stop();
  reviews.close();
});

async function kubectl(...args: string[]): Promise<string> {
  return (await run(binaries.kubectl, ['--kubeconfig', cluster.adminKubeconfig, ...args])).stdout.trim();
}

async function helm(...args: string[]): Promise<string> {
  const environment = {
    HOME: directory,
    HELM_CACHE_HOME: directory,
    HELM_CONFIG_HOME: directory,
    HELM_DATA_HOME: directory,
  };
  return (
    await run(binaries.helm, args, { env: { ...environment, KUBECONFIG: cluster.adminKubeconfig } })
  ).stdout.trim();
}

const deployment = `
apiVersion: v1
kind: Namespace
metadata: { name: mxp-a }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: controller, namespace: mxp-a }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: controller, namespace: mxp-a }
spec:
  replicas: 2
  selector: { matchLabels: { app: controller } }
  template:
    metadata: { labels: { app: controller } }
    spec:
      serviceAccountName: controller
      initContainers: [{ name: first, image: busybox }]
      containers: [{ name: controller, image: controller }]
`;

async function podNames(): Promise<string[]> {
  const selector = ['--field-selector', 'spec.serviceAccountName=controller,status.phase=Running'];
  return (await kubectl('get', 'pods', '-n', 'mxp-a', ...selector, '-o', 'name')).split('\n');
}

test('the binaries tell their versions', async () => {
  expect(JSON.parse(await kubectl('version', '-o', 'json'))).toMatchObject({
    clientVersion: { gitVersion: 'v1.35.4', major: '1', minor: '35' },
    serverVersion: { gitVersion: 'v1.35.4', major: '1', minor: '35' },
  });
  expect(await helm('version', '--short')).toMatch(/^v4\.\d+\.\d+$/);
});

test('two nodes of a node group are ready', async () => {
  const { items } = await client.core.listNode({
    labelSelector: 'eks.amazonaws.com/nodegroup=workers,kubernetes.io/os=linux',
  });
  expect(items.map(({ status }) => status?.addresses?.[0]?.address)).toEqual(['10.0.0.10', '10.0.1.10']);
});

test('a deployment gets pods, and new ones when it is restarted', async () => {
  await client.apply(deployment);
  await client.waitForDeployment('mxp-a', 'controller');
  const before = await podNames();
  expect(before).toHaveLength(2);

  await kubectl('rollout', 'restart', '-n', 'mxp-a', 'deployment/controller');
  await kubectl('rollout', 'status', '-n', 'mxp-a', 'deployment/controller', '--timeout=60s');
  await kubectl('wait', '-n', 'mxp-a', '--for=delete', ...before, '--timeout=60s');
  const after = await podNames();
  expect(after).toHaveLength(2);
  expect(after.filter((name) => before.includes(name))).toEqual([]);
});

test('tokens of service accounts carry the issuer and are verified with the published key', async () => {
  await kubectl('create', 'serviceaccount', 'token-holder');
  const token = await kubectl('create', 'token', 'token-holder', '--audience', 'sts.amazonaws.com');
  const { payload } = await jwtVerify(token, createLocalJWKSet({ keys: [...cluster.publicKeys] }), {
    issuer,
  });
  expect(payload).toMatchObject({
    aud: ['sts.amazonaws.com'],
    sub: 'system:serviceaccount:default:token-holder',
  });
  expect(JSON.parse(await kubectl('get', '--raw', '/openid/v1/jwks'))).toEqual({ keys: cluster.publicKeys });
});

test('the pod of a job succeeds', async () => {
  await kubectl('create', 'job', 'hook', '--image=busybox');
  expect(await kubectl('wait', '--for=condition=complete', 'job/hook', '--timeout=60s')).toContain(
    'condition met',
  );
});

test('a pod can be held back from being ready', async () => {
  await client.apply(`
apiVersion: v1
kind: Pod
metadata: { name: slow, namespace: default, annotations: { pod-ready.stage.kwok.x-k8s.io/delay: 1h } }
spec: { containers: [{ name: slow, image: busybox }] }
`);
  await kubectl('wait', '--for=condition=PodScheduled', 'pod/slow', '--timeout=60s');
  expect((await client.core.readNamespacedPod({ namespace: 'default', name: 'slow' })).status?.phase).toBe(
    'Pending',
  );
});

/** Asks the API as the bearer of a token, without any other identity. */
async function asBearer(token: string, ...args: string[]): Promise<string> {
  const connection = ['--kubeconfig=/dev/null', '--server', cluster.endpoint, '--token', token];
  const authority = ['--certificate-authority', join(directory, 'cluster', 'ca.crt')];
  const { stdout } = await run(binaries.kubectl, [...connection, ...authority, ...args]);
  return stdout.trim();
}

test('tokens of others are the webhook’s to judge, and RBAC binds the groups that it gives', async () => {
  await kubectl('create', 'clusterrole', 'reader', '--verb=list', '--resource=nodes');
  await kubectl('create', 'clusterrolebinding', 'reader', '--clusterrole=reader', '--group=readers');
  const question = ['auth', 'can-i', 'list', 'nodes'];
  await expect(asBearer('one', ...question)).rejects.toThrow('You must be logged in');

  reviews.groups.set('one', ['readers']);
  reviews.groups.set('other', ['writers']);
  expect(await asBearer('one', ...question)).toBe('yes');
  await expect(asBearer('other', ...question)).rejects.toHaveProperty('stdout', 'no\n');
  const { status } = whoAmI.parse(JSON.parse(await asBearer('other', 'auth', 'whoami', '-o', 'json')));
  expect(status.userInfo).toMatchObject({
    username: 'deployer',
    groups: ['writers', 'system:authenticated'],
  });
});

test('helm installs a chart from the registry with basic authentication over plain HTTP', async () => {
  const credentials = { username: 'robot', password: 'correct horse' };
  const registry = await startRegistry({ dir: directory, credentials, log: console.log });
  try {
    const chart = join(directory, 'tiny');
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: tiny\nversion: 1.2.3\n');
    await writeFile(
      join(chart, 'templates', 'all.yaml'),
      `apiVersion: v1
kind: ConfigMap
metadata: { name: tiny }
data: { color: "{{ .Values.color }}" }
---
apiVersion: batch/v1
kind: Job
metadata: { name: tiny-hook, annotations: { helm.sh/hook: "pre-install,pre-upgrade" } }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: hook, image: busybox }] } } }
`,
    );
    await helm('package', chart, '--destination', directory);
    const repository = `oci://${registry.host}/charts`;
    const signIn = ['--username', credentials.username, '--password', credentials.password, '--plain-http'];
    await expect(
      helm('push', join(directory, 'tiny-1.2.3.tgz'), repository, ...signIn.with(3, 'wrong')),
    ).rejects.toThrow(/401|[Uu]nauthorized/);
    await helm('push', join(directory, 'tiny-1.2.3.tgz'), repository, ...signIn);
    const args = [
      'tiny',
      `${repository}/tiny`,
      '--version',
      '1.2.3',
      '--wait',
      '--timeout',
      '60s',
      ...signIn,
    ];
    await helm('install', ...args, '--set', 'color=blue');
    await helm('upgrade', ...args, '--set', 'color=green');
    expect(await kubectl('get', 'configmap', 'tiny', '-o', 'jsonpath={.data.color}')).toBe('green');
  } finally {
    await registry.stop();
  }
});
