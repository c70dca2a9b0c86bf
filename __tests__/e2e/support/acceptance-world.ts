/** The sandbox as a run of acceptance/ meets it: AWS and GitHub, and a cluster that is "made" when it is asked for, without a Space. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { MARK } from '../../../acceptance/make/names.ts';
import { credentialsFor } from '../../../acceptance/real/sign-in.ts';
import { createRunContext } from '../../../acceptance/start.ts';
import type { Ports } from '../../../acceptance/ports.ts';
import type { RunContext } from '../../../acceptance/run-context.ts';
import { startPodIdentityWebhook } from '../../../sandbox/eks/pod-identity-webhook.ts';
import { loadKubeConfig } from '../../../sandbox/kube-config.ts';
import { type Cluster, startCluster } from '../../../sandbox/kubernetes/index.ts';
import { followAddon } from '../../../sandbox/world/agent.ts';
import { Cleanup } from '../../../sandbox/world/cleanup.ts';
import { jobEnvironment } from '../../../sandbox/world/environment.ts';
import { type Services, startServices } from '../../../sandbox/world/services.ts';
import { tool, type Tool } from '../../../sandbox/world/tools.ts';

/** Not the account of fixtures, so that it is seen when it is left in one. */
export const ACCOUNT = '987650123456';
const CLUSTER = 'acceptance';
const REGION = 'eu-central-1';
const ROLE = 'maintainer';
const quiet = (): void => {};

export interface AcceptanceWorld {
  readonly services: Services;
  readonly clusterName: string;
  /** As administrator of the cluster, once it is there. */
  readonly kubectl: Tool;
  /** How often the cluster was made, and removed. */
  readonly clusters: { made: number; removed: number };
  /** A run of its own: with the maintainer's policy, and nothing else. */
  runContext(record: string, signal: AbortSignal): RunContext;
  stop(): Promise<void>;
}

export async function startAcceptanceWorld(log: (line: string) => void): Promise<AcceptanceWorld> {
  const cleanup = new Cleanup();
  const dir = await mkdtemp(join(tmpdir(), 'acceptance-'));
  cleanup.add(() => rm(dir, { recursive: true, force: true }));
  try {
    const awsSettings = { propagationMs: 500, injectionMs: 1_000 };
    const options = { clusterName: CLUSTER, account: ACCOUNT, region: REGION, dir, awsSettings };
    const services = await startServices({ ...options, log: quiet }, cleanup);
    await layOutMaintainer(services);
    const clusters = { made: 0, removed: 0 };
    const kubectl = tool(services.binaries.kubectl, {
      KUBECONFIG: join(dir, 'kubernetes', 'admin.kubeconfig'),
      HOME: dir,
    });
    const makeCluster = once(() => startEks(services, dir, kubectl, cleanup));
    const ports = portsOf(services, dir, clusters, makeCluster);
    return {
      services,
      clusterName: CLUSTER,
      kubectl,
      clusters,
      runContext: (record, signal) => createRunContext({ ports, clusterName: CLUSTER, record, signal, log }),
      stop: () => cleanup.run(),
    };
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

function portsOf(
  { aws, github, binaries }: Services,
  dir: string,
  clusters: AcceptanceWorld['clusters'],
  makeCluster: () => Promise<void>,
): Ports {
  const { endpoint, region } = aws;
  const env = jobEnvironment(aws, github, dir);
  return {
    region,
    endpoint,
    credentials: credentialsFor({ region, endpoint, env, roleArn: aws.iam.arn(`role/${ROLE}`) }),
    cluster: {
      announcement: [],
      byHand: 'it ends with the test',
      have: async () => {
        await makeCluster();
        clusters.made += 1;
      },
      remove: () => {
        clusters.removed += 1;
        return Promise.resolve();
      },
    },
    kubectl: binaries.kubectl,
    helm: binaries.helm,
    action: {
      inputs: { 'helm-version': 'path', 'kubectl-version': 'path' },
      env: {},
      path: [dirname(binaries.helm), dirname(binaries.kubectl)],
      toolCache: join(dir, 'tools'),
    },
    runsContainers: false,
    dir,
  };
}

const policySchema = z.record(z.string(), z.unknown());

/** The role of the maintainer's own job, with the policy of acceptance/policy.json. */
async function layOutMaintainer({ aws, github }: Services): Promise<void> {
  const { issuer } = github.job;
  aws.addOidcKeys(issuer, [...github.publicKeys]);
  aws.iam.createOidcProvider({ url: issuer, clientIds: ['sts.amazonaws.com'] });
  const host = issuer.replace('https://', '');
  const text = await readFile('acceptance/policy.json', 'utf8');
  const values: Readonly<Record<string, string>> = {
    PARTITION: 'aws',
    ACCOUNT_ID: ACCOUNT,
    REGION,
    CLUSTER_NAME: CLUSTER,
  };
  aws.iam.createRole({
    roleName: ROLE,
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: aws.iam.arn(`oidc-provider/${host}`) },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${host}:sub`]: github.subject() } },
        },
      ],
    },
    inlinePolicies: {
      acceptance: policySchema.parse(
        JSON.parse(text.replaceAll(/\$\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)),
      ),
    },
  });
}

/** A Kubernetes that is an EKS cluster: known to EKS, with its sign-in, its webhook and the agent of its add-on. */
async function startEks(services: Services, dir: string, kubectl: Tool, cleanup: Cleanup): Promise<void> {
  const { aws, authority, issuer, tokenReview } = services;
  const starting = startCluster({
    dir: join(dir, 'kubernetes'),
    issuer,
    tokenReview,
    auditedGroup: 'spaces-workload-identity',
    log: quiet,
  });
  const cluster = await cleanup.after(starting, (started) => started.stop());
  addToEks(services, cluster);
  const webhook = startPodIdentityWebhook({
    authority,
    kubeConfig: loadKubeConfig(cluster.adminKubeconfig),
    region: REGION,
    associationInForce: (namespace, serviceAccount) =>
      aws.associationInForce(CLUSTER, namespace, serviceAccount) !== undefined,
    log: quiet,
  });
  await cleanup.after(webhook, (started) => started.close());
  const stopFollowing = followAddon(aws, CLUSTER, kubectl, quiet);
  cleanup.add(() => {
    stopFollowing();
    return Promise.resolve();
  });
}

function addToEks({ aws, issuer }: Services, { endpoint, caPem, publicKeys }: Cluster): void {
  const cluster = { name: CLUSTER, endpoint, caPem, issuer, publicKeys: [...publicKeys], version: '1.35' };
  aws.eks.addCluster({
    ...cluster,
    platformVersion: 'eks.9',
    authenticationMode: 'API',
    tags: { [MARK]: 'true' },
  });
  aws.addOidcKeys(issuer, [...publicKeys]);
  // As EKS lets the one in who makes a cluster.
  aws.eks.addAccessEntry(CLUSTER, aws.iam.arn(`role/${ROLE}`), {
    username: 'maintainer',
    groups: ['system:masters'],
  });
}

/** The same cluster for each run of a world: Kubernetes takes some seconds to start. */
function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= work());
}
