/** What each mode may do: plan and check only look, apply does what was reviewed, destroy leaves nothing of ours. */
import { expect, test } from '@jest/globals';
import { mergeValues } from '../../sandbox/world/release.ts';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { annotationsOf, helmValues, snapshot } from './support/cluster.ts';
import { injectedInto, none } from './support/identity.ts';
import { clusterOf, ROLE_NAME } from './support/role.ts';
import { errorOf, jsonOf, type Run, useScene } from './support/scene.ts';

const identity = 'irsa';
const digestOf = (run: Run): string => run.outputs['plan-digest'] ?? '';

const scene = useScene({ controlPlanes: 2, groups: 2 });
const hosts = (): string[] => [
  scene.world.hostNamespace('team-a', 'ctp-1'),
  scene.world.hostNamespace('team-b', 'ctp-2'),
];
let valuesAtFirst: object = {};
let reviewed = '';

test('plan shows the changes, writes nothing, and gives the same digest each time', async () => {
  valuesAtFirst = await helmValues(scene);
  const before = await snapshot(scene);
  const [first, second] = [
    await scene.succeed({ mode: 'plan', identity }),
    await scene.succeed({ mode: 'plan', identity }),
  ];
  expect([...first.writes, ...second.writes]).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(first.outputs).toMatchObject({ verdict: 'changes', changed: 'false' });
  expect(digestOf(first)).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(digestOf(second)).toBe(digestOf(first));
  expect(jsonOf(first, 'plan')).toMatchObject({
    version: 1,
    mode: 'plan',
    identity,
    digest: digestOf(first),
    cluster: { name: 'space-prod', account: scene.world.aws.account, region: scene.world.aws.region },
  });
  reviewed = digestOf(first);
});

test('check tells the drift, fails for it unless told otherwise, and writes nothing', async () => {
  const before = await snapshot(scene);
  const strict = await scene.fail('drift', { mode: 'check', identity });
  const lenient = await scene.succeed({ mode: 'check', identity, 'fail-on-drift': 'false' });
  expect([...strict.writes, ...lenient.writes]).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  for (const run of [strict, lenient])
    expect(run.outputs).toMatchObject({
      verdict: 'drifted',
      drift: 'true',
      verified: 'false',
      changed: 'false',
    });
});

test('apply refuses a plan that is not the reviewed one, before any write', async () => {
  await scene.world.addControlPlane('team-b', 'ctp-3');
  const before = await snapshot(scene);
  const run = await scene.fail('plan-changed', { mode: 'apply', identity, 'expected-plan': reviewed });
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  const added = scene.world.hostNamespace('team-b', 'ctp-3');
  expect(errorOf(run)).toContain(reviewed);
  expect(errorOf(run)).toContain(`restart/${added}`);
});

test('apply carries out the reviewed plan; after it, plan is empty and check is content', async () => {
  await scene.world.removeControlPlane('team-b', 'ctp-3');
  const plan = await scene.succeed({ mode: 'plan', identity });
  expect(digestOf(plan)).toBe(reviewed);
  const applied = await scene.succeed({ mode: 'apply', identity, 'expected-plan': reviewed });
  expect(applied.outputs).toMatchObject({ verdict: 'applied', 'plan-digest': reviewed, verified: 'true' });

  const before = await snapshot(scene);
  const [empty, content] = [
    await scene.succeed({ mode: 'plan', identity }),
    await scene.succeed({ mode: 'check', identity }),
  ];
  expect([...empty.writes, ...content.writes]).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(empty.outputs).toMatchObject({ verdict: 'in-sync', 'change-count': '0' });
  expect(jsonOf(empty, 'plan')).toMatchObject({ changes: [] });
  expect(content.outputs).toMatchObject({ verdict: 'in-sync', drift: 'false', verified: 'true' });
});

test('destroy takes away what is ours, and nothing else', async () => {
  const { aws, clusterName } = scene.world;
  const theirs = aws.eks.addAssociation(clusterName, {
    namespace: 'team-a',
    serviceAccount: SERVICE_ACCOUNT,
    roleArn: scene.world.runnerRoleArn,
  });
  const run = await scene.succeed({ mode: 'destroy', identity });

  expect(run.writes).toEqual(['iam:DeleteOpenIDConnectProvider', 'iam:DeleteRole', 'iam:DeleteRolePolicy']);
  expect(aws.iam.role(ROLE_NAME)).toBeUndefined();
  expect(aws.iam.providers.get(clusterOf(scene).providerArn)).toBeUndefined();
  expect([...aws.eks.cluster(clusterName).associations.values()]).toEqual([theirs]);
  // Helm takes the key out and leaves the map that held it.
  const emptied = { controlPlanes: { sharedSecrets: { serviceAccount: { customAnnotations: {} } } } };
  expect(await helmValues(scene)).toEqual(mergeValues(valuesAtFirst, emptied));
  for (const namespace of hosts()) {
    expect(await annotationsOf(scene, namespace)).toEqual({});
    expect((await controllerPods(scene, namespace)).map(injectedInto)).toEqual([none]);
  }
  expect(run.outputs).toMatchObject({ verdict: 'destroyed', changed: 'true' });
});

test('destroy is safe to repeat', async () => {
  const before = await snapshot(scene);
  const run = await scene.succeed({ mode: 'destroy', identity });
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({ verdict: 'destroyed', changed: 'false', restarted: '[]' });
});
