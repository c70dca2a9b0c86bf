/** EKS's webhook, down when a pod comes up: the pod gets no identity. */
import type { V1Pod } from '../../../sandbox/kubernetes/index.ts';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { controllerPods } from '../../../sandbox/workload.ts';
import type { Scene } from './scene.ts';

/** A control plane whose first pod has come up without an identity. Gives its host namespace. */
export async function addUnnoticed({ world }: Scene, group: string, name: string): Promise<string> {
  world.webhook.settings.down = true;
  await world.addControlPlane(group, name);
  world.webhook.settings.down = false;
  return world.hostNamespace(group, name);
}

/**
 * Replaces the controller's pod; the new one comes up without an identity. Returns when it serves: until then a check
 * rightly calls the rollout unfinished.
 */
export async function replacePod(scene: Scene, namespace: string): Promise<void> {
  const { webhook } = scene.world;
  webhook.settings.down = true;
  const [pod] = await controllerPods(scene, namespace);
  await scene.client.core.deleteNamespacedPod({ namespace, name: pod?.metadata?.name ?? '' });
  await waitFor({
    what: 'another pod',
    timeoutMs: 30_000,
    check: async () => {
      const pods = await controllerPods(scene, namespace);
      return pods.length === 1 && pods[0]?.metadata?.uid !== pod?.metadata?.uid && isReady(pods[0]);
    },
  });
  webhook.settings.down = false;
  await scene.client.waitForDeployment(namespace, 'external-secrets');
}

const isReady = (pod: V1Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
