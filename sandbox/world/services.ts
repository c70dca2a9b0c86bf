/** Starts what stands outside the cluster: AWS, GitHub, registry, download sites. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Aws, startAws } from '../aws/index.ts';
import { type Authority, createAuthority } from '../certificates.ts';
import { type Downloads, startDownloads } from '../downloads/server.ts';
import { startTokenReview, type Webhook } from '../eks/token-review.ts';
import { type Github, startGithub } from '../github/server.ts';
import { type Binaries, ensureBinaries } from '../kubernetes/index.ts';
import { type ChartRegistry, startChartRegistry } from '../registry.ts';
import { chartVersions, type WorldOptions } from './options.ts';
import { helmHomes, tool, type Tool } from './tools.ts';
import type { Cleanup } from './cleanup.ts';

/** What stands outside the cluster. */
export interface Services {
  readonly aws: Aws;
  readonly github: Github;
  readonly authority: Authority;
  /** Of the cluster's service account tokens. */
  readonly issuer: string;
  readonly tokenReview: Webhook;
  /** The EKS clusters that this Kubernetes is: those whose sign-in tokens it takes. */
  readonly names: ClusterPlace[];
  readonly binaries: Binaries;
  /** Starts the registry and the download sites, which can go on beside the start of the cluster. */
  startSites(): Promise<Sites>;
}

export interface ClusterPlace {
  readonly name: string;
  readonly region: string;
  readonly account: string;
}

export interface Sites {
  readonly registry: ChartRegistry;
  readonly downloads: Downloads;
  readonly kubectl: Tool;
  readonly helm: Tool;
}

export interface ServiceOptions extends WorldOptions {
  readonly clusterName: string;
  readonly dir: string;
  readonly log: (line: string) => void;
}

const packages = join(import.meta.dirname, '..', '..', '.cache', 'sandbox-downloads');

export async function startServices(options: ServiceOptions, cleanup: Cleanup): Promise<Services> {
  const { clusterName, dir, log, account = '111122223333', region = 'eu-central-1' } = options;
  const binaries = await ensureBinaries(log);
  const aws = await cleanup.after(
    startAws({
      account,
      region,
      log,
      ...(options.partition === undefined ? {} : { partition: options.partition }),
      settings: { injectionMs: 1_000, ...options.awsSettings },
    }),
    (started) => started.close(),
  );
  const github = await cleanup.after(startGithub({ job: options.job ?? {}, log }), (started) =>
    started.close(),
  );
  const authority = await createAuthority('eks-webhooks');
  const names: ClusterPlace[] = [{ name: clusterName, region, account }];
  const verify = async (token: string) => {
    for (const { name, ...place } of names) {
      const user = await aws.verifyClusterToken(name, token, place);
      if (user !== undefined) return user;
    }
    return undefined;
  };
  const tokenReview = await cleanup.after(startTokenReview({ authority, verify, log }), (started) =>
    started.close(),
  );

  const kubeconfig = { KUBECONFIG: join(dir, 'kubernetes', 'admin.kubeconfig'), HOME: dir };
  const kubectl = tool(binaries.kubectl, kubeconfig);
  const helm = tool(binaries.helm, { ...kubeconfig, ...helmHomes(dir) });
  return {
    aws,
    github,
    authority,
    issuer: issuerUrl(region, options.partition),
    tokenReview,
    names,
    binaries,
    async startSites() {
      const { kubectl: kubectlBinary, helm: helmBinary } = binaries;
      const registryOptions = { dir: join(dir, 'registry'), versions: chartVersions, helm, log };
      const site = { helm: helmBinary, kubectl: kubectlBinary, cache: packages, log };
      const [registry, downloads] = await Promise.all([
        cleanup.after(startChartRegistry(registryOptions), (started) => started.stop()),
        cleanup.after(startDownloads(site), (started) => started.close()),
      ]);
      return { registry, downloads, kubectl, helm };
    },
  };
}

function issuerUrl(region: string, partition = 'aws'): string {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://oidc.eks.${region}.${suffix}/id/${randomBytes(16).toString('hex').toUpperCase()}`;
}
