/** Puts the parts of the sandbox together into one world. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Binaries, type Cluster, startCluster } from './kubernetes/index.ts';
import { runAction, type RunOptions, type RunResult } from './runner.ts';
import { controlPlaneOf, createAll, groupOf, loseObject, waitUntilReady } from './space/space.ts';
import { admitJob, layOutAccount, runnerGroup } from './world/account.ts';
import { Cleanup } from './world/cleanup.ts';
import { jobEnvironment, workflowInputs } from './world/environment.ts';
import { type ControlPlaneSpec, controlPlaneSpecs, groupNames, type WorldOptions } from './world/options.ts';
import { type ClusterPlace, startServices } from './world/services.ts';
import { startSpace } from './world/start-space.ts';
import type { Aws } from './aws/index.ts';
import type { Downloads } from './downloads/server.ts';
import type { PodIdentityAgent } from './eks/agent.ts';
import type { PodIdentityWebhook } from './eks/pod-identity-webhook.ts';
import type { ReadOutcome } from './external-secrets/external-secrets.ts';
import type { Github } from './github/server.ts';
import type { ChartRegistry } from './registry.ts';
import type { SpaceController } from './space/controller.ts';
import type { ControlPlane } from './space/types.ts';
import type { Tool } from './world/tools.ts';

export type { ControlPlaneSpec, WorldOptions } from './world/options.ts';

/** A small world on loopback: a Space on an EKS cluster, AWS, GitHub, and the sites that the action downloads from. */
export interface World {
  readonly dir: string;
  readonly clusterName: string;
  readonly runnerRoleArn: string;
  readonly aws: Aws;
  readonly github: Github;
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly downloads: Downloads;
  readonly registry: ChartRegistry;
  readonly space: SpaceController;
  readonly webhook: PodIdentityWebhook;
  /** The agent of the nodes, which keeps what a pod was given. */
  readonly agent: PodIdentityAgent;
  /** As cluster administrator. */
  readonly kubectl: Tool;
  readonly helm: Tool;
  /** Lets the job in as `github.job` is now: its role trusts exactly the subject of its tokens. */
  admitJob(): void;
  /** The variables of a job, by `github.job` as it is now. */
  environment(): Record<string, string>;
  /** The `with:` of a workflow, without `mode` and `identity`. */
  inputs(): Record<string, string>;
  /** Runs the built action as a runner does, with these inputs over `inputs()`. The tool cache stays from run to run. */
  run(inputs: Readonly<Record<string, string>>, options?: Partial<RunOptions>): Promise<RunResult>;
  /** The same Kubernetes as one more EKS cluster: of another name, region or account. Its pods have the identity of the first. */
  addName(place: ClusterPlace, tags?: Readonly<Record<string, string>>): void;
  /** Adds a control plane and waits until it is ready (unless it is never provisioned). */
  addControlPlane(group: string, name: string, more?: Partial<ControlPlaneSpec>): Promise<void>;
  /** Deletes a control plane, and waits until it and its host namespace are gone. */
  removeControlPlane(group: string, name: string): Promise<void>;
  /** Loses the object of a control plane alone: its host namespace runs on. `addControlPlane` brings it back, with its ID. */
  loseControlPlane(group: string, name: string): Promise<void>;
  /** What External Secrets of a control plane reads now: each key of its SharedExternalSecrets, with the value or AWS's error. */
  readSecrets(group: string, name: string): Promise<readonly ReadOutcome[]>;
  /** The host namespace of a control plane. */
  hostNamespace(group: string, name: string): string;
  stop(): Promise<void>;
}

/** Starts a world. Everything ends with `stop`, and with this process however that ends. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const cleanup = new Cleanup();
  try {
    return await build(options, cleanup);
  } catch (error) {
    await cleanup.run();
    throw error;
  }
}

async function build(options: WorldOptions, cleanup: Cleanup): Promise<World> {
  const log = options.log ?? (() => {});
  const clusterName = options.clusterName ?? 'space-prod';
  const dir = await makeDirectory(options.dir, cleanup);
  const services = await startServices({ ...options, clusterName, dir, log }, cleanup);
  const { aws, github, authority, binaries, issuer, tokenReview, names } = services;
  const starting = startCluster({
    dir: join(dir, 'kubernetes'),
    issuer,
    tokenReview,
    auditedGroup: runnerGroup,
    log,
  });
  const [cluster, { registry, downloads, kubectl, helm }] = await Promise.all([
    cleanup.after(starting, (started) => started.stop()),
    services.startSites(),
  ]);
  const { runnerRoleArn } = layOutAccount(
    {
      aws,
      github,
      clusterName,
      issuer,
      autoMode: options.agent === 'auto-mode',
      runnerPolicy: options.runnerPolicy,
    },
    cluster,
  );
  const { space, webhook, workloads, kubeConfig } = await startSpace(
    { ...options, clusterName, dir, log, aws, authority, cluster, registry, kubectl, helm },
    cleanup,
  );
  const groups = groupNames(options.groups);
  const specs = controlPlaneSpecs(options.controlPlanes, groups);
  await createAll(kubeConfig, [...new Set([...groups, ...specs.map(({ group }) => group)])].map(groupOf));
  const add = async (wanted: readonly ControlPlaneSpec[]): Promise<void> => {
    for (const spec of wanted)
      if (spec.neverProvisioned === true) space.settings.neverProvision.add(key(spec));
    await createAll(kubeConfig, wanted.map(controlPlaneOf));
    const expected = wanted.filter(({ neverProvisioned }) => neverProvisioned !== true).map(key);
    await waitUntilReady(space, expected, 60_000 + 2_000 * expected.length);
  };
  await add(specs);
  log(`${specs.length} control planes are ready`);

  const find = (group: string, name: string): ControlPlane | undefined =>
    space.controlPlanes().find(({ metadata }) => metadata?.namespace === group && metadata.name === name);
  const world: World = {
    dir,
    clusterName,
    runnerRoleArn,
    aws,
    github,
    cluster,
    binaries,
    downloads,
    registry,
    space,
    webhook,
    agent: workloads.agent,
    kubectl,
    helm,
    admitJob: () => {
      admitJob(aws, github);
    },
    environment: () => jobEnvironment(aws, github, dir),
    inputs: () => workflowInputs({ clusterName, runnerRoleArn, registry, downloads }),
    run: (inputs, more = {}) =>
      runAction({
        inputs: { ...world.inputs(), ...inputs },
        env: world.environment(),
        githubToken: github.token,
        secrets: [registry.password],
        toolCache: join(dir, 'tools'),
        ...more,
      }),
    addName: (place, tags = {}) => {
      const same = { ...aws.eks.cluster(clusterName), name: place.name, tags: { ...tags } };
      aws.eksIn(place.region, place.account).addCluster(same);
      names.push(place);
    },
    addControlPlane: async (group, name, more = {}) => {
      await createAll(kubeConfig, [groupOf(group)]);
      await add([{ ...more, group, name }]);
    },
    removeControlPlane: async (group, name) => {
      const namespace = space.hostNamespace(find(group, name));
      await kubectl([
        'delete',
        'controlplanes.spaces.upbound.io',
        name,
        '--namespace',
        group,
        '--timeout=60s',
      ]);
      if (namespace !== undefined)
        await kubectl(['wait', '--for=delete', `namespace/${namespace}`, '--timeout=60s']);
    },
    loseControlPlane: async (group, name) => {
      const lost = find(group, name);
      if (lost === undefined) throw new Error(`There is no control plane ${group}/${name}.`);
      await loseObject(kubectl, space, lost);
    },
    readSecrets: async (group, name) => {
      const controlPlane = find(group, name);
      if (controlPlane === undefined) throw new Error(`There is no control plane ${group}/${name}.`);
      return await workloads.read(controlPlane, world.hostNamespace(group, name));
    },
    hostNamespace: (group, name) => {
      const namespace = space.hostNamespace(find(group, name));
      if (namespace === undefined) throw new Error(`Control plane ${group}/${name} has no host namespace.`);
      return namespace;
    },
    stop: () => cleanup.run(),
  };
  return world;
}

async function makeDirectory(given: string | undefined, cleanup: Cleanup): Promise<string> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return given;
  }
  const made = await mkdtemp(join(tmpdir(), 'spaces-sandbox-'));
  cleanup.add(() => rm(made, { recursive: true, force: true }));
  return made;
}

function key({ group, name }: ControlPlaneSpec): string {
  return `${group}/${name}`;
}
