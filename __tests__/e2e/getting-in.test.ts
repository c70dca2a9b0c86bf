/** A job that does not get into the cluster is told what keeps it out, in the words of the real kubectl. */
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { errorOf, useScene } from './support/scene.ts';

const plan = { mode: 'plan', identity: 'irsa' };
const scene = useScene({ controlPlanes: 1, groups: 1 });
const eksCluster = () => scene.world.aws.eks.cluster(scene.world.clusterName);

test('where only aws-auth counts, an access entry helps nobody', async () => {
  eksCluster().authenticationMode = 'CONFIG_MAP';
  const run = await scene.fail('cluster-access-denied', plan);
  eksCluster().authenticationMode = 'API';
  expect(errorOf(run)).toContain('authenticationMode is CONFIG_MAP');
  expect(errorOf(run)).toContain('mapRoles');
  expect(errorOf(run)).not.toContain('create-access-entry');
});

test.each([
  ['no-such-program', 'Install no-such-program on the runner'],
  ['false', 'false was started and failed'],
])('a kubeconfig that signs in by %s: the program is named, not the network', async (command, advice) => {
  const exec = { apiVersion: 'client.authentication.k8s.io/v1beta1', command, interactiveMode: 'Never' };
  const server = eksCluster().endpoint;
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': btoa(eksCluster().caPem) } }],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  });
  const run = await scene.fail('cluster-access-denied', { ...plan, kubeconfig });
  expect(errorOf(run)).toContain(advice);
  expect(errorOf(run)).not.toContain('firewall');
});

test.each(['FAILED', 'DELETING'] as const)(
  'a cluster that is %s is refused before the first look',
  async (status) => {
    eksCluster().status = status;
    const run = await scene.fail('cluster-not-found', plan);
    eksCluster().status = 'ACTIVE';
    expect(errorOf(run)).toContain(`its status is ${status}`);
  },
);

test('a cluster that is being made is waited for, no longer than wait-timeout', async () => {
  eksCluster().status = 'CREATING';
  const run = await scene.fail('timed-out', { ...plan, 'wait-timeout': '2s' });
  expect(run.log).toContain('is CREATING: waiting for it');
  expect(errorOf(run)).toContain('its status is CREATING, after 2 s');
});

test('a cluster that is being updated is used', async () => {
  eksCluster().status = 'UPDATING';
  const run = await scene.succeed(plan);
  eksCluster().status = 'ACTIVE';
  expect(run.log).toContain('is UPDATING: its API server answers meanwhile');
});
