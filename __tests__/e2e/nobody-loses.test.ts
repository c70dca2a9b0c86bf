/** Nobody loses an identity by accident: by the kubeconfig of another Space, a narrowed selection, or one that matches nobody. */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { associationOf } from './support/associations.ts';
import { snapshot } from './support/cluster.ts';
import { changesOf } from './support/drift.ts';
import { errorOf, useScene } from './support/scene.ts';

const inputs = { identity: 'pod-identity' };
const apply = { ...inputs, mode: 'apply' };
const scene = useScene({ controlPlanes: 2, groups: 2 });
const other = useScene({ controlPlanes: 1 });

beforeAll(async () => {
  await scene.succeed(apply);
});

test.each(['apply', 'destroy'])('%s by the kubeconfig of another Space writes nothing', async (mode) => {
  const kubeconfig = await readFile(other.world.cluster.adminKubeconfig, 'utf8');
  const before = await snapshot(scene);
  const run = await scene.fail('wrong-cluster', { ...inputs, mode, kubeconfig });
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(errorOf(run)).toContain('the cluster of the kubeconfig is not');
});

test.each(['plan', 'check'])('%s by it judges nothing, and says so', async (mode) => {
  const kubeconfig = await readFile(other.world.cluster.adminKubeconfig, 'utf8');
  const run = await scene.succeed({ ...inputs, mode, kubeconfig });
  expect(run.outputs).toMatchObject({ verdict: 'unknown', 'failure-reason': '' });
  expect(run.log).toContain('the cluster of the kubeconfig is not');
  expect(Object.values(changesOf(run)).filter((change) => change.startsWith('delete'))).toEqual([]);
});

test('the Space’s own kubeconfig goes on', async () => {
  const kubeconfig = await readFile(scene.world.cluster.adminKubeconfig, 'utf8');
  const run = await scene.succeed({ ...apply, kubeconfig });
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'applied' });
});

test('who is not selected any more keeps the role, and is shown', async () => {
  const left = scene.world.hostNamespace('team-b', 'ctp-2');
  for (const mode of ['plan', 'check', 'apply']) {
    const run = await scene.succeed({ ...inputs, mode, 'control-planes': 'team-a/*' });
    expect(run.writes).toEqual([]);
    expect(changesOf(run)).toEqual({ [`association/${left}`]: 'keep hygiene' });
    expect(run.outputs).toMatchObject({ 'change-count': '0' });
    expect(run.summary).toContain('keep');
  }
  expect(associationOf(scene, left)).toBeDefined();
});

test.each(['check', 'apply'])(
  '%s of a selection that matches nobody fails, and writes nothing',
  async (mode) => {
    const run = await scene.fail('nothing-listed', { ...inputs, mode, 'control-planes': 'team-x/*' });
    expect(run.writes).toEqual([]);
    expect(errorOf(run)).toContain('team-x/*');
    if (mode === 'check') expect(run.outputs).toMatchObject({ verdict: 'unknown' });
  },
);
