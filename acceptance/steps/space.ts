/** The stand-in of Spaces in the cluster: resources, chart, controller, control planes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExternalSecrets } from '../../sandbox/external-secrets/external-secrets.ts';
import { createClusterReader } from '../../sandbox/external-secrets/cluster.ts';
import { agentOf, type PodIdentityAgent } from '../../sandbox/eks/agent.ts';
import { type SpaceController, startController } from '../../sandbox/space/controller.ts';
import {
  controlPlaneOf,
  createAll,
  groupOf,
  installCrds,
  waitUntilReady,
} from '../../sandbox/space/space.ts';
import { mergeValues, releaseName, releaseNamespace, userValues } from '../../sandbox/world/release.ts';
import type { Place } from '../run-context.ts';
import type { Inside } from './enter.ts';

/** Each in a group of its own, so that `{group}` tells them apart too. */
export const CONTROL_PLANES = [
  { group: 'team-a', name: 'one' },
  { group: 'team-b', name: 'two' },
] as const;

export const CHART_VERSION = '1.17.1';

/**
 * Runs in place of all images of Spaces: it holds the `aws` program, with which a pod shows that it can read. The newest one, since
 * nothing of it stays and a tag that is gone would end the run.
 */
export const IMAGE = 'public.ecr.aws/aws-cli/aws-cli:latest';
const COMMAND = ['sh', '-c', "trap 'exit 0' TERM; sleep infinity & wait"];

/** Nodes have to pull the image. */
const READY_MS = 600_000;

export interface Space {
  readonly controller: SpaceController;
  readonly agent: PodIdentityAgent;
  /** Path of the packed chart. */
  readonly chart: string;
  /** Host namespaces by `group/name`. */
  readonly hosts: ReadonlyMap<string, string>;
}

export async function startSpace(place: Place, inside: Inside): Promise<Space> {
  const { ports, log } = place;
  const { helm, kubectl, client } = inside;
  addSpaceCleanUps(place, inside);
  await installCrds(kubectl);
  const chart = await packChart(helm, ports.dir);
  const agent = createAgentOf(place, inside);
  const controller = await startController({
    kubeConfig: client.kubeConfig,
    namespace: releaseNamespace,
    externalSecrets: createExternalSecrets({
      endpoint: ports.endpoint,
      region: ports.region,
      cluster: createClusterReader(client.kubeConfig),
      agent,
    }),
    log: () => {},
  });
  place.cleanUps.add({
    what: 'the controller',
    byHand: 'it ends with the script',
    isOfProcess: true,
    undo: () => controller.stop(),
  });
  const values = mergeValues(userValues, { standIn: { image: IMAGE, command: COMMAND } });
  await installRelease(inside, ports.dir, chart, values);
  addControlPlaneCleanUp(place, inside);
  await createAll(
    client.kubeConfig,
    CONTROL_PLANES.map(({ group }) => groupOf(group)),
  );
  await createAll(client.kubeConfig, CONTROL_PLANES.map(controlPlaneOf));
  const keys = CONTROL_PLANES.map(({ group, name }) => `${group}/${name}`);
  await waitUntilReady(controller, keys, READY_MS);
  log(`${keys.length} control planes are ready`);
  const hosts = new Map(
    controller
      .controlPlanes()
      .map((one) => [
        `${one.metadata?.namespace}/${one.metadata?.name}`,
        controller.hostNamespace(one) ?? '',
      ]),
  );
  return { controller, agent, chart, hosts };
}

/** Without a flag that only one generation of Helm knows. */
async function installRelease({ helm }: Inside, dir: string, chart: string, values: object): Promise<void> {
  const file = join(dir, 'values.yaml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(values));
  const where = ['--namespace', releaseNamespace, '--create-namespace'];
  await helm(['install', releaseName, chart, ...where, '--values', file]);
}

async function packChart(helm: Inside['helm'], dir: string): Promise<string> {
  const source = join(import.meta.dirname, '..', '..', 'sandbox', 'space', 'chart');
  await helm(['package', source, '--version', CHART_VERSION, '--destination', dir]);
  return join(dir, `spaces-${CHART_VERSION}.tgz`);
}

/** EKS Auth asked with the script's own credentials, as `prove-access` does. */
function createAgentOf({ ports, clusterName }: Place, { client }: Inside): PodIdentityAgent {
  const cluster = createClusterReader(client.kubeConfig);
  const { region, endpoint = `https://eks-auth.${region}.api.aws` } = ports;
  return agentOf({
    eksAuth: { endpoint, region },
    credentials: ports.credentials,
    clusterName,
    tokenOf: ({ namespace, serviceAccount, ...pod }) =>
      cluster.token({ namespace, serviceAccount, audiences: ['pods.eks.amazonaws.com'], pod }),
  });
}

export const GROUPS = CONTROL_PLANES.map(({ group }) => group);
export const CRDS = ['controlplanes', 'sharedsecretstores', 'sharedexternalsecrets'].map(
  (name) => `${name}.spaces.upbound.io`,
);

/** Run last of these: what the others leave is gone with the namespaces. */
function addSpaceCleanUps({ cleanUps }: Place, { kubectl, helm }: Inside): void {
  cleanUps.add({
    what: 'resources of spaces.upbound.io',
    byHand: `kubectl delete customresourcedefinitions ${CRDS.join(' ')}`,
    undo: async () => {
      await kubectl(['delete', 'customresourcedefinitions', ...CRDS, '--ignore-not-found', '--timeout=120s']);
    },
  });
  const namespaces = [releaseNamespace, ...GROUPS];
  cleanUps.add({
    what: `namespaces ${namespaces.join(', ')}`,
    byHand: `kubectl delete namespace ${namespaces.join(' ')}`,
    undo: async () => {
      await kubectl(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--timeout=300s']);
    },
  });
  cleanUps.add({
    what: `release ${releaseName}`,
    byHand: `helm uninstall ${releaseName} --namespace ${releaseNamespace}`,
    undo: async () => {
      await helm(['uninstall', releaseName, '--namespace', releaseNamespace, '--ignore-not-found']);
    },
  });
}

/** Before the controller ends: it is who removes a host namespace. */
function addControlPlaneCleanUp({ cleanUps }: Place, { kubectl }: Inside): void {
  const label = 'internal.spaces.upbound.io/controlplane-name';
  cleanUps.add({
    what: 'control planes with their host namespaces',
    byHand: `kubectl delete namespaces --selector=${label}; kubectl patch controlplanes … --type=merge --patch='{"metadata":{"finalizers":null}}'`,
    undo: async () => {
      for (const group of GROUPS)
        await kubectl([
          'delete',
          'controlplanes.spaces.upbound.io',
          '--all',
          '--ignore-not-found',
          `--namespace=${group}`,
          '--timeout=120s',
        ]);
      await kubectl(['wait', '--for=delete', 'namespaces', `--selector=${label}`, '--timeout=240s']);
    },
  });
}
