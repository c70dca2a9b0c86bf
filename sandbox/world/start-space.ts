/** Starts the Space in the cluster: webhook, release, controller. */
import { type PodIdentityWebhook, startPodIdentityWebhook } from '../eks/pod-identity-webhook.ts';
import { loadKubeConfig } from '../kube-config.ts';
import { type SpaceController, startController } from '../space/controller.ts';
import { installCrds } from '../space/space.ts';
import { followAddon, installAgent } from './agent.ts';
import { clusterAdmin, installRelease, mergeValues, releaseNamespace, userValues } from './release.ts';
import { createWorkloads, type Workloads } from './workloads.ts';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Aws } from '../aws/index.ts';
import type { Authority } from '../certificates.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { ChartRegistry } from '../registry.ts';
import type { Cleanup } from './cleanup.ts';
import type { WorldOptions } from './options.ts';
import type { Tool } from './tools.ts';

export interface SpaceOptions extends WorldOptions {
  readonly clusterName: string;
  readonly dir: string;
  readonly log: (line: string) => void;
  readonly aws: Aws;
  readonly authority: Authority;
  readonly cluster: Cluster;
  readonly registry: ChartRegistry;
  readonly kubectl: Tool;
  readonly helm: Tool;
}

export interface StartedSpace {
  readonly space: SpaceController;
  readonly webhook: PodIdentityWebhook;
  readonly workloads: Workloads;
  readonly kubeConfig: KubeConfig;
}

/** Makes a fresh cluster an EKS cluster with a Space on it, still without control planes. */
export async function startSpace(options: SpaceOptions, cleanup: Cleanup): Promise<StartedSpace> {
  const { aws, cluster, clusterName, kubectl, log } = options;
  const kubeConfig = loadKubeConfig(cluster.adminKubeconfig);
  const startingWebhook = startPodIdentityWebhook({
    authority: options.authority,
    kubeConfig,
    region: aws.region,
    settings: options.webhookSettings ?? {},
    associationInForce: (namespace, serviceAccount) =>
      aws.associationInForce(clusterName, namespace, serviceAccount) !== undefined,
    log,
  });
  const [webhook] = await Promise.all([
    cleanup.after(startingWebhook, (started) => started.close()),
    installCrds(kubectl),
    kubectl(['apply', '--filename', '-'], options.rbac ?? clusterAdmin),
    provideAgent(options, cleanup),
  ]);
  const version = options.spacesVersion ?? '1.17.1';
  const workloads = createWorkloads({ aws, clusterName, kubeConfig });
  const startingController = startController({
    kubeConfig,
    namespace: releaseNamespace,
    settings: options.controllerSettings ?? {},
    externalSecrets: workloads.externalSecrets,
    log,
  });
  const [space] = await Promise.all([
    cleanup.after(startingController, (started) => started.stop()),
    installRelease({
      dir: options.dir,
      helm: options.helm,
      chart: options.registry.files.get(version) ?? '',
      values: mergeValues(userValues, options.values ?? {}),
      serverSideApply: options.serverSideApply ?? false,
    }),
  ]);
  log(`Spaces ${version} is installed`);
  return { space, webhook, workloads, kubeConfig };
}

async function provideAgent(options: SpaceOptions, cleanup: Cleanup): Promise<void> {
  const { aws, clusterName, kubectl, log } = options;
  if (options.agent === 'addon') aws.eks.addAddon(clusterName, { addonName: 'eks-pod-identity-agent' });
  if (options.agent === 'daemonset') await installAgent(kubectl);
  const stopFollowing = followAddon(aws, clusterName, kubectl, log);
  cleanup.add(() => {
    stopFollowing();
    return Promise.resolve();
  });
}
