/** A check while others replace a pod, as a node that is drained makes it happen. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods } from '../../sandbox/workload.ts';
import { namesOf, useScene } from './support/scene.ts';
import { notPassed } from './support/verification.ts';

const LOOK = 'eks:ListPodIdentityAssociations';
const scene = useScene({ controlPlanes: 1 });

test('it gives the new pod some seconds to find a node, and judges that one', async () => {
  const inputs = { identity: 'pod-identity' };
  await scene.succeed({ ...inputs, mode: 'apply' });
  const namespace = scene.world.hostNamespace('team-a', 'ctp-1');
  const { items } = await scene.client.core.listNode();
  const nodes = items.map(({ metadata }) => metadata?.name ?? '');

  await scene.world.kubectl(['cordon', ...nodes]);
  const [pod] = await controllerPods(scene, namespace);
  await scene.client.core.deleteNamespacedPod({ namespace, name: pod?.metadata?.name ?? '' });
  const asked = scene.world.aws.calls.length;
  const hasLooked = async (): Promise<boolean> =>
    await Promise.resolve(namesOf(scene.world.aws.calls.slice(asked)).includes(LOOK));
  const uncordon = async (): Promise<void> => {
    await waitFor({ what: 'the first look', timeoutMs: 60_000, check: hasLooked });
    // It says every ten seconds what it waits for.
    await sleep(12_000);
    await scene.world.kubectl(['uncordon', ...nodes]);
  };
  const [run] = await Promise.all([scene.succeed({ ...inputs, mode: 'check' }), uncordon()]);

  expect(run.log).toContain('waiting for rollouts under way: 1 open');
  expect(notPassed(run)).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'in-sync', changed: 'false' });
});
