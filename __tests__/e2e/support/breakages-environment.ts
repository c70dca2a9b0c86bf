/** What a controller's environment can hold that keeps the identity from being used, by either mechanism. */
import { controllerPods } from '../../../sandbox/workload.ts';
import type { Scene } from './scene.ts';
import { type Breakage, hostOf, type Undo } from './verification.ts';

/** Gives the controller of `one` more in its container, and waits for its new pods. */
async function addToContainer(scene: Scene, more: object): Promise<Undo> {
  const namespace = hostOf(scene, 'one');
  const deployment = ['deployment', 'external-secrets', '-n', namespace];
  const containers = [{ name: 'external-secrets', ...more }];
  const patch = JSON.stringify({ spec: { template: { spec: { containers } } } });
  const [before] = await controllerPods(scene, namespace);
  await scene.world.kubectl(['patch', ...deployment, '--type=strategic', '-p', patch]);
  await scene.client.waitForDeployment(namespace, 'external-secrets');
  const [after] = await controllerPods(scene, namespace);
  if (before?.metadata?.uid === after?.metadata?.uid) throw new Error('the controller has no new pod');
  return async () => {
    await scene.world.kubectl(['rollout', 'undo', ...deployment]);
    await scene.client.waitForDeployment(namespace, 'external-secrets');
  };
}

const KEYS = { secretKeyRef: { name: 'aws', key: 'id', optional: true } };

export const ENVIRONMENT_BREAKAGES: readonly Breakage[] = [
  {
    name: 'injection-forecast: the webhook is down, and the pods that run have what they need',
    red: () => ['team-a/one injection-forecast: fail', 'team-a/two injection-forecast: fail'],
    make: ({ world }) => {
      world.webhook.settings.down = true;
      return () => {
        world.webhook.settings.down = false;
      };
    },
    says: () => ({
      'team-a/one injection-forecast':
        "a pod made now would not get the role: nothing was injected: it falls back to the node's role",
    }),
  },
  {
    name: 'pod-identity-injected: static keys win over the identity',
    red: () => ['team-a/one pod-identity-injected: fail'],
    make: async (scene) =>
      await addToContainer(scene, {
        env: [
          { name: 'AWS_ACCESS_KEY_ID', valueFrom: KEYS },
          { name: 'AWS_SECRET_ACCESS_KEY', value: 'never-shown' },
        ],
      }),
    says: () => ({
      'team-a/one pod-identity-injected':
        'the SDK prefers AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, which are set in its environment, to ',
    }),
    also: (run) => {
      if (run.log.includes('never-shown')) throw new Error('a value of the environment is in the log');
    },
  },
  {
    name: 'pod-identity-injected: a secret that may hold keys is not read',
    red: () => ['team-a/one pod-identity-injected: warn'],
    make: async (scene) =>
      await addToContainer(scene, { envFrom: [{ secretRef: { name: 'settings', optional: true } }] }),
    says: () => ({
      'team-a/one pod-identity-injected': 'what the SDK prefers may be in secret settings, which is not read',
    }),
  },
];
