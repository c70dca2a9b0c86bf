/** Drift of the Space's release, made by hand with `helm upgrade`. */
import { expect } from '@jest/globals';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { SERVICE_ACCOUNT } from '../../../sandbox/workload.ts';
import { annotationsOf, hostsOf } from './cluster.ts';
import type { HandMade } from './drift.ts';
import { ANNOTATION, sharedSecretsValues, upgradeByHand } from './release.ts';
import type { Scene } from './scene.ts';

export const LABEL = 'example.com/team';
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/made-by-hand';

/** Waits until Spaces has carried the new value to every host namespace. */
async function reaches(
  scene: Scene,
  what: string,
  holds: (namespace: string) => Promise<boolean>,
): Promise<void> {
  const check = async () => (await Promise.all(hostsOf(scene).map(holds))).every(Boolean);
  await waitFor({ what, timeoutMs: 60_000, check });
}

export async function changeAnnotation(scene: Scene): Promise<void> {
  const customAnnotations = { [ANNOTATION]: OTHER_ROLE };
  await upgradeByHand(scene, sharedSecretsValues({ serviceAccount: { customAnnotations } }));
  await reaches(
    scene,
    'the other role',
    async (namespace) => (await annotationsOf(scene, namespace))[ANNOTATION] === OTHER_ROLE,
  );
}

async function switchOff(scene: Scene): Promise<void> {
  await upgradeByHand(scene, { features: { alpha: { sharedSecrets: { enabled: false } } } });
  await reaches(scene, 'the end of the controllers', async (namespace) => {
    const { items } = await scene.client.core.listNamespacedServiceAccount({ namespace });
    return items.every(({ metadata }) => metadata?.name !== SERVICE_ACCOUNT);
  });
}

/** The label that the next pod of the controller will have. */
async function labelOf({ client }: Scene, namespace: string): Promise<string | undefined> {
  const { spec } = await client.apps.readNamespacedDeployment({ namespace, name: 'external-secrets' });
  return spec?.template.metadata?.labels?.[LABEL];
}

/** Whether the pods of the controller are those that its template asks for, and no others. */
async function isRolledOut({ client }: Scene, namespace: string): Promise<boolean> {
  const { metadata, spec, status } = await client.apps.readNamespacedDeployment({
    namespace,
    name: 'external-secrets',
  });
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status ?? {};
  const counts = [replicas, updatedReplicas, availableReplicas];
  return observedGeneration === metadata?.generation && counts.every((count) => count === spec?.replicas);
}

async function changeLabel(scene: Scene): Promise<void> {
  await upgradeByHand(scene, sharedSecretsValues({ pod: { customLabels: { [LABEL]: 'other' } } }));
  await reaches(scene, 'the other label', async (namespace) => (await labelOf(scene, namespace)) === 'other');
}

export const HELM_DRIFTS: readonly HandMade[] = [
  {
    name: 'helm switches Shared Secrets off: it is switched on, and the new controllers are waited for',
    found: () => ({
      'helm/shared-secrets': 'update availability',
      'control-plane/team-a/ctp-1': 'wait availability',
      'control-plane/team-b/ctp-2': 'wait availability',
    }),
    make: switchOff,
  },
  {
    name: 'helm changes a pod label',
    found: () => ({ 'helm/pod-labels': 'update availability' }),
    make: changeLabel,
    carried: async (scene) =>
      await reaches(
        scene,
        'pods with the label that is wanted',
        async (namespace) =>
          (await labelOf(scene, namespace)) !== 'other' && (await isRolledOut(scene, namespace)),
      ),
    healed: (_scene, run) => expect(run.writes).toEqual([]),
  },
];
