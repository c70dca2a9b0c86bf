/** Nobody loses an identity by accident: by the kubeconfig of another Space, a narrowed selection, or one that matches nobody. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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

test('its issuer closed to the job, a service account’s own token tells which cluster takes it', async () => {
  const { kubectl, cluster } = scene.world;
  await kubectl(['delete', 'clusterrolebinding', 'system:service-account-issuer-discovery']);
  await kubectl(['create', 'serviceaccount', 'deployer', '-n', 'default']);
  await kubectl(['create', 'clusterrole', 'deployer', '--verb=*', '--resource=*.*']);
  const account = '--serviceaccount=default:deployer';
  await kubectl(['create', 'clusterrolebinding', 'deployer', '--clusterrole=deployer', account]);
  const token = (await kubectl(['create', 'token', 'deployer', '-n', 'default'])).trim();
  // Without the authority of EKS in it, as behind a proxy with certificates of its own.
  const through = (user: object): string =>
    JSON.stringify({
      contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'deployer' } }],
      clusters: [{ name: 'proxy', cluster: { server: cluster.endpoint, 'insecure-skip-tls-verify': true } }],
      users: [{ name: 'deployer', user }],
      'current-context': 'proxy',
    });
  const run = await scene.succeed({ ...apply, kubeconfig: through({ token }) });
  expect(run.outputs).toMatchObject({ verdict: 'applied', changed: 'false' });
  // By a file beside it, whose token that is is not known.
  const file = join(scene.world.dir, 'token');
  await writeFile(file, token);
  const refused = await scene.fail('wrong-cluster', { ...apply, kubeconfig: through({ tokenFile: file }) });
  expect(errorOf(refused)).toContain('/.well-known/openid-configuration');
  const two = through({ token, username: 'somebody', password: 'not-a-secret' });
  const unusable = await scene.fail('invalid-input', { ...apply, kubeconfig: two });
  expect(errorOf(unusable)).toContain('more than one authentication method');
  for (const { log } of [run, refused, unusable]) expect(log).not.toContain(token);
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
