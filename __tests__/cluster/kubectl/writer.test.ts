/** The restart of Deployments. */
import { expect, test } from '@jest/globals';
import { createKubernetesWriter } from '../../../src/cluster/kubectl/writer.ts';
import type { Restart } from '../../../src/model/write.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup } from './setup.ts';

const target = (n: number): Restart => ({
  op: 'restart',
  namespace: `mxp-${n}-system`,
  deployment: 'external-secrets',
  serviceAccount: 'external-secrets-controller',
  expect: { kind: 'with-role', identity: 'irsa', roleArn: 'arn:x' },
});

function setup(answer: Parameters<typeof kubectlSetup>[0]) {
  const made = kubectlSetup(answer);
  return { ...made, writer: createKubernetesWriter(made.kubectl) };
}

test('restarts all targets with one process that reads them from stdin', async () => {
  const { writer, requests } = setup(() => 'deployment.apps/external-secrets restarted\n');
  expect(await writer.restart(Array.from({ length: 1000 }, (_, n) => target(n)))).toBe('');
  expect(requests).toHaveLength(1);
  expect(requests[0]?.args.slice(0, 3)).toEqual(['rollout', 'restart', '--filename=-']);
  const manifest: unknown = JSON.parse(requests[0]?.stdin ?? '');
  expect(manifest).toMatchObject({ apiVersion: 'v1', kind: 'List' });
  expect(manifest).toHaveProperty('items.999', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace: 'mxp-999-system', name: 'external-secrets' },
  });
});

test('nothing to restart: nothing runs', async () => {
  const { writer, requests } = setup(() => '');
  expect(await writer.restart([])).toBe('');
  expect(requests).toEqual([]);
});

test('what failed for some is returned', async () => {
  const stderr =
    'error: deployments.apps "external-secrets" can\'t restart paused deployment (run rollout resume first)\n';
  const { writer } = setup(() => ({
    code: 1,
    stdout: 'deployment.apps/external-secrets restarted\n',
    stderr,
  }));
  expect(await writer.restart([target(1), target(2)])).toBe(stderr.trim());
  const alone = setup(() => refused(stderr));
  expect(await alone.writer.restart([target(1)])).toBe(stderr.trim());
});

test('a refusal of some is returned, a refusal of all is a failure', async () => {
  const stderr =
    'deployments.apps "x" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "a"';
  const some = setup(() => ({ code: 1, stdout: 'deployment.apps/x restarted', stderr }));
  expect(await some.writer.restart([target(1), target(2)])).toBe(stderr);
  await expect(setup(() => refused(stderr)).writer.restart([target(1)])).rejects.toMatchObject({
    reason: 'access-denied',
    details: { tried: 'restart a Deployment' },
  });
  await expect(
    setup(() => refused('error: You must be logged in to the server')).writer.restart([target(1), target(2)]),
  ).rejects.toMatchObject({
    reason: 'cluster-access-denied',
    details: { tried: 'restart 2 Deployments' },
  });
});

const account = (n: number) => ({
  namespace: `mxp-${n}-system`,
  serviceAccount: 'external-secrets-controller',
});
const ARN = 'arn:aws:iam::111122223333:role/x';

test.each([
  [ARN, `eks.amazonaws.com/role-arn=${ARN}`],
  [null, 'eks.amazonaws.com/role-arn-'],
])('annotates all service accounts with one process: %s', async (roleArn, argument) => {
  const { writer, requests } = setup(() => 'serviceaccount/external-secrets-controller annotated\n');
  expect(
    await writer.annotate(
      Array.from({ length: 1000 }, (_, n) => account(n)),
      roleArn,
    ),
  ).toBe('');
  expect(requests).toHaveLength(1);
  expect(requests[0]?.args.slice(0, 4)).toEqual(['annotate', '--overwrite', '--filename=-', argument]);
  expect(JSON.parse(requests[0]?.stdin ?? '')).toHaveProperty('items.999', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: 'mxp-999-system', name: 'external-secrets-controller' },
  });
  expect(await writer.annotate([], roleArn)).toBe('');
  expect(requests).toHaveLength(1);
});

test('what could not be annotated for some is returned, a refusal of all is a failure', async () => {
  const stderr = 'Error from server (NotFound): serviceaccounts "x" not found';
  const some = setup(() => ({ code: 1, stdout: 'serviceaccount/y annotated', stderr }));
  expect(await some.writer.annotate([account(1), account(2)], ARN)).toBe(stderr);
  const forbidden =
    'serviceaccounts "x" is forbidden: User "ci" cannot patch resource "serviceaccounts" in API group "" in the namespace "a"';
  await expect(setup(() => refused(forbidden)).writer.annotate([account(1)], ARN)).rejects.toMatchObject({
    reason: 'access-denied',
    details: { tried: 'annotate a service account' },
  });
});
