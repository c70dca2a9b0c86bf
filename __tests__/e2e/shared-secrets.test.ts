/** A Space whose Shared Secrets is off: there is no External Secrets yet to give an identity to. */
import { expect, test } from '@jest/globals';
import { mergeValues } from '../../sandbox/world/release.ts';
import { controllerPods } from '../../sandbox/workload.ts';
import { helmHistory, helmValues } from './support/cluster.ts';
import { injectedInto, podIdentity } from './support/identity.ts';
import { jsonOf, useScene } from './support/scene.ts';

const off = { features: { alpha: { sharedSecrets: { enabled: false } } } };
const on = { features: { alpha: { sharedSecrets: { enabled: true } } } };

const scene = useScene({ controlPlanes: 2, groups: 1, values: off });
const hosts = (): string[] => ['ctp-1', 'ctp-2'].map((name) => scene.world.hostNamespace('team-a', name));

test('it is switched on, and the controllers that come up get their identity', async () => {
  for (const namespace of hosts()) expect(await controllerPods(scene, namespace)).toEqual([]);
  const before = await helmValues(scene);

  const run = await scene.succeed({ mode: 'apply', identity: 'pod-identity' });

  expect(await helmValues(scene)).toEqual(mergeValues(before, on));
  expect((await helmHistory(scene)).map(({ status }) => status)).toEqual(['superseded', 'deployed']);
  for (const namespace of hosts()) {
    const pods = await controllerPods(scene, namespace);
    expect(pods.map(injectedInto)).toEqual([podIdentity]);
  }
  expect(run.outputs).toMatchObject({ verdict: 'applied', changed: 'true', verified: 'true' });
  expect(jsonOf(run, 'plan')).toMatchObject({
    changes: expect.arrayContaining([expect.objectContaining({ id: 'helm/shared-secrets' })]),
  });
});

test('a second apply finds nothing to do', async () => {
  const run = await scene.succeed({ mode: 'apply', identity: 'pod-identity' });
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ changed: 'false', 'change-count': '0' });
  expect(await helmHistory(scene)).toHaveLength(2);
});
