/** Pods from the output of kubectl: what they carry of each mechanism, and what else the SDK may take credentials from. */
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
} from './workload-lines.ts';

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
    otherSources: [],
    unreadSources: [],
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

const waitsFor = async (cell: string) => await onePod(pod('p', '', 'Pending', '', cell) + container('c'));

test('a pod whose containers wait, and what the kubelet says of each', async () => {
  const pull = JSON.stringify({ message: 'pull "x" {tag: y}', reason: 'ImagePullBackOff' });
  const crash = JSON.stringify({ message: 'back-off', reason: 'CrashLoopBackOff' });
  const bare = JSON.stringify({ reason: 'ContainerCreating' });
  expect(await waitsFor(`${crash} ${pull} ${bare} ${crash}`)).toMatchObject({
    waiting: 'CrashLoopBackOff ImagePullBackOff ContainerCreating CrashLoopBackOff',
    waitingMessage: 'back-off; pull "x" {tag: y}',
  });
  const plain = await waitsFor(bare);
  expect(plain).toMatchObject({ waiting: 'ContainerCreating' });
  expect(plain).not.toHaveProperty('waitingMessage');
  expect(await waitsFor('')).not.toHaveProperty('waiting');
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

test.each<[string, string, readonly string[]]>([
  ['nothing else', '', []],
  [
    'static keys, whatever they hold',
    line('name', 'AWS_ACCESS_KEY_ID') + line('name', 'AWS_SECRET_ACCESS_KEY'),
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ],
  [
    'one name in two containers',
    line('name', 'AWS_PROFILE') + container('second') + IRSA + line('name', 'AWS_PROFILE'),
    ['AWS_PROFILE'],
  ],
  [
    'a token file whose path comes from elsewhere',
    line('variable', { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', valueFrom: {} }),
    ['AWS_WEB_IDENTITY_TOKEN_FILE'],
  ],
  ['an empty one, which is none', env('AWS_WEB_IDENTITY_TOKEN_FILE'), []],
  [
    'credentials of another place',
    env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://localhost/x'),
    ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  ],
  ['those of EKS', POD_IDENTITY, []],
  [
    'those of EKS by IPv6',
    env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://[fd00:ec2::23]/v1/credentials'),
    [],
  ],
])('sources of credentials in the environment: %s', async (_what, rows, expected) => {
  const found = await onePod(pod('p') + VOLUMES + container('c') + rows);
  expect(found?.otherSources).toEqual(expected);
});

test('a token file alone is such a source', async () => {
  const found = await onePod(pod('p') + VOLUMES + container('c') + env('AWS_WEB_IDENTITY_TOKEN_FILE', 'x'));
  expect(found?.otherSources).toEqual(['AWS_WEB_IDENTITY_TOKEN_FILE']);
});

test.each<[string, string, readonly string[]]>([
  ['a secret', container('c') + line('from', '', 'keys', ''), ['secret keys']],
  ['a config map', container('c') + line('from', 'AWS_', '', 'settings'), ['config map settings']],
  ['one with a prefix that no source begins with', container('c') + line('from', 'DB_', 'keys', ''), []],
  [
    'a longer prefix that one begins with',
    container('c') + line('from', 'AWS_ACCESS_', 'keys', ''),
    ['secret keys'],
  ],
  [
    'the directory of the SDK’s files',
    container('c', [{ name: 'x', mountPath: '/home/eso/.aws' }]),
    ['volume at /home/eso/.aws'],
  ],
  [
    'a file in it',
    container('c', [{ name: 'x', mountPath: '/root/.aws/credentials' }]),
    ['volume at /root/.aws/credentials'],
  ],
  ['another directory', container('c', [{ name: 'x', mountPath: '/srv/.awsome' }]), []],
])('what may hold such a source, and is not read: %s', async (_what, rows, expected) => {
  expect((await onePod(pod('p') + VOLUMES + rows))?.unreadSources).toEqual(expected);
});
