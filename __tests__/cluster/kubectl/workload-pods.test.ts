/** What a pod carries, from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { line } from './setup.ts';
import {
  container,
  deployment,
  env,
  IRSA,
  MOUNTS,
  NS,
  onePod,
  pod,
  POD_IDENTITY,
  ROLE,
  volume,
  VOLUMES,
  WEB_TOKEN,
} from './workload-rows.ts';

test('a pod with IRSA: role and audience of its own token', async () => {
  expect(await onePod(pod('p') + VOLUMES + container('external-secrets') + IRSA)).toEqual({
    namespace: NS,
    name: 'p',
    uid: 'uid-p',
    phase: 'Running',
    ready: true,
    deleting: false,
    createdAt: Date.parse('2026-11-24T10:00:00Z'),
    irsaRoleArn: ROLE,
    irsaAudience: 'sts.amazonaws.com',
    podIdentity: false,
    nodeName: 'node-1',
    replicaSet: 'eso-7d9',
  });
});

test('a pod with Pod Identity', async () => {
  const found = await onePod(
    pod('p', '2026-11-24T11:00:00Z', 'Pending', '') + VOLUMES + container('c') + POD_IDENTITY,
  );
  expect(found).toMatchObject({
    podIdentity: true,
    podIdentityAudience: 'pods.eks.amazonaws.com',
    deleting: true,
    ready: false,
    phase: 'Pending',
  });
  expect(found).not.toHaveProperty('irsaRoleArn');
});

test('half of a mechanism is none; a variable without a value is not set', async () => {
  const half = env('AWS_ROLE_ARN', ROLE) + env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'x');
  for (const variables of [
    half,
    '',
    env('AWS_ROLE_ARN') + env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN),
    line('variable', 'odd'),
  ]) {
    const found = await onePod(pod('p') + VOLUMES + container('c') + variables);
    expect(found?.podIdentity).toBe(false);
    expect(found).not.toHaveProperty('irsaRoleArn');
  }
});

test('a token file that no volume holds has no audience', async () => {
  for (const [volumes, mounts] of [
    ['', MOUNTS],
    [VOLUMES, []],
    [volume('aws-iam-token', 'other', 'x'), MOUNTS],
    [volume('aws-iam-token', 'token'), MOUNTS],
  ] as const) {
    const found = await onePod(pod('p') + volumes + container('c', mounts) + IRSA);
    expect(found?.irsaRoleArn).toBe(ROLE);
    expect(found).not.toHaveProperty('irsaAudience');
  }
});

test('containers that differ equal no role: the text says how', async () => {
  const some = await onePod(pod('p') + VOLUMES + container('a') + IRSA + container('b') + POD_IDENTITY);
  expect(some?.irsaRoleArn).toBe(`${ROLE} (in 1 of 2 containers)`);
  expect(some?.podIdentity).toBe(false);
  const other = env('AWS_ROLE_ARN', 'arn:other') + env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN);
  const two = await onePod(pod('p') + VOLUMES + container('a') + IRSA + container('b') + other);
  expect(two?.irsaRoleArn).toBe(`${ROLE} and arn:other (in 2 of 2 containers)`);
});

test('a side-car that the Deployment does not name has no say', async () => {
  const rows = pod('p') + VOLUMES + container('external-secrets') + IRSA + container('istio-proxy');
  expect((await onePod(rows, deployment(NS, 'external-secrets')))?.irsaRoleArn).toBe(ROLE);
  expect((await onePod(rows, deployment(NS, 'external-secrets', 'renamed')))?.irsaRoleArn).toContain(
    '1 of 2',
  );
});

test('a pod without containers carries nothing; rows before the first pod are ignored', async () => {
  const rows = VOLUMES + container('c') + IRSA + pod('p');
  expect(await onePod(rows)).toMatchObject({ name: 'p', podIdentity: false });
});
