/** The Space that is measured: made, grown, set back to nothing, and rolled out by the cluster alone. */
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import pLimit from 'p-limit';
import { type Client, createClient } from '../sandbox/kubernetes/client.ts';
import { waitFor } from '../sandbox/kubernetes/wait.ts';
import { SERVICE_ACCOUNT } from '../sandbox/workload.ts';
import { startWorld, type World } from '../sandbox/world.ts';

const GROUPS = 5;
const AGENT = 'eks-pod-identity-agent';
const SIDE_BY_SIDE = 10;
/** What EKS's webhooks put into a container: for Pod Identity, and for IRSA. */
const INJECTED = new Set(['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_ROLE_ARN']);

/** As AWS has it: an add-on is active, and an association known to the webhook, two seconds after it was made. */
export async function startSpace(controlPlanes: number): Promise<World> {
  return await startWorld({
    controlPlanes,
    groups: GROUPS,
    agent: 'none',
    // More than AWS's default, as who has more control planes has asked for.
    awsSettings: { addonActivationMs: 2_000, injectionMs: 2_000, associationQuota: 10_000 },
  });
}

export async function growTo(world: World, controlPlanes: number): Promise<void> {
  const inTurn = pLimit(SIDE_BY_SIDE);
  const missing = Array.from(
    { length: controlPlanes - world.space.controlPlanes().length },
    (_, n) => world.space.controlPlanes().length + n + 1,
  );
  await Promise.all(
    missing.map((n) =>
      inTurn(async () => await world.addControlPlane(`team-${'abcde'[n % GROUPS] ?? 'a'}`, `ctp-${n}`)),
    ),
  );
}

/** Everything that gives an identity is gone, as before the first run. */
export async function backToNothing(world: World): Promise<void> {
  const { iam, eks } = world.aws;
  const made = [...iam.roles.values()].filter(({ roleName }) => roleName.startsWith(world.clusterName));
  for (const { roleName } of made) iam.deleteRole(roleName);
  const cluster = eks.cluster(world.clusterName);
  cluster.associations.clear();
  cluster.addons.delete(AGENT);
  // The sandbox takes the agent away as EKS does: soon after the add-on.
  const left = [
    'get',
    'daemonset,pods',
    '--namespace=kube-system',
    `--selector=app.kubernetes.io/name=${AGENT}`,
  ];
  const isGone = async (): Promise<boolean> => (await world.kubectl([...left, '--output=name'])) === '';
  await waitFor({ what: 'the end of the agent', timeoutMs: 60_000, check: isGone });
  // An association of pods that carry credentials waits for the agent: that would be another scene.
  await waitFor({
    what: 'controllers without an identity',
    timeoutMs: 3_600_000,
    check: async () => {
      if (!(await carryCredentials(world))) return true;
      await rollAll(world);
      return false;
    },
  });
}

async function carryCredentials(world: World): Promise<boolean> {
  const { core } = createClient(world.cluster.adminKubeconfig);
  const { items } = await core.listPodForAllNamespaces();
  const names = items.flatMap(({ spec }) => spec?.containers.flatMap(({ env }) => env ?? []) ?? []);
  return names.some(({ name }) => INJECTED.has(name));
}

/** Restarts all controllers side by side, and waits for their rollouts: seconds that the cluster itself needs. */
export async function rollAll(world: World): Promise<number> {
  const { apps } = createClient(world.cluster.adminKubeconfig);
  const namespaces = world.space.controlPlanes().map((one) => world.space.hostNamespace(one) ?? '');
  const start = performance.now();
  const annotations = { 'bench/restarted-at': new Date().toISOString() };
  const body = { spec: { template: { metadata: { annotations } } } };
  const inTurn = pLimit(SIDE_BY_SIDE);
  await Promise.all(
    namespaces.map((namespace) =>
      inTurn(async () => {
        const patch = { name: 'external-secrets', namespace, body };
        await apps.patchNamespacedDeployment(
          patch,
          setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
        );
      }),
    ),
  );
  await waitFor({ what: 'all rollouts', timeoutMs: 3_600_000, check: async () => await areRolled(apps) });
  return (performance.now() - start) / 1000;
}

async function areRolled(apps: Client['apps']): Promise<boolean> {
  const { items } = await apps.listDeploymentForAllNamespaces();
  return items
    .filter(({ spec }) => spec?.template.spec?.serviceAccountName === SERVICE_ACCOUNT)
    .every(({ metadata, spec, status }) => {
      const wanted = spec?.replicas ?? 1;
      return (
        (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) &&
        status?.updatedReplicas === wanted &&
        status.availableReplicas === wanted &&
        (status.replicas ?? 0) === wanted
      );
    });
}
