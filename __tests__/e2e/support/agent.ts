/** The agent of Pod Identity, as an add-on of EKS. */
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import type { Scene } from './scene.ts';

/** `destroy` leaves the add-on to others. Without it, the next apply makes it anew. */
export async function withoutAgent({ client, world }: Scene): Promise<void> {
  world.aws.eks.cluster(world.clusterName).addons.clear();
  await waitFor({
    what: 'the end of the agent',
    timeoutMs: 60_000,
    check: async () => {
      const { items } = await client.apps.listNamespacedDaemonSet({ namespace: 'kube-system' });
      return items.length === 0;
    },
  });
}
