/** Pods: what they carry of each mechanism, and what else the SDK may take credentials from. */
import { expect, test } from '@jest/globals';
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
} from './workload-objects.ts';

test('a pod with IRSA: role and audience of its own token', async () => {
  expect(await onePod(pod([container(IRSA)]))).toEqual({
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

test('a pod with Pod Identity, and one that is bound to nothing yet', async () => {
  const metadata = { deletionTimestamp: '2026-11-24T11:00:00Z', ownerReferences: [] };
  const made = pod([container(POD_IDENTITY)], { metadata, status: { phase: 'Pending' } });
  const found = await onePod({ ...made, spec: { ...made.spec, nodeName: undefined } });
  expect(found).toMatchObject({
    podIdentity: true,
    podIdentityAudience: 'pods.eks.amazonaws.com',
    deleting: true,
    ready: false,
    phase: 'Pending',
  });
  for (const absent of ['irsaRoleArn', 'nodeName', 'replicaSet']) expect(found).not.toHaveProperty(absent);
});

test('a status of another shape is none', async () => {
  const made = await onePod(pod([container(IRSA)], { status: { phase: 7 } }));
  expect(made).toMatchObject({ phase: '', ready: false });
});

const waitsFor = async (...waiting: readonly object[]) => {
  const containerStatuses = [
    { state: { running: {} } },
    ...waiting.map((each) => ({ state: { waiting: each } })),
  ];
  return await onePod(pod([container()], { status: { phase: 'Pending', containerStatuses } }));
};

test('a pod whose containers wait, and what the kubelet says of each', async () => {
  const pull = { message: 'pull "x" {tag: y}', reason: 'ImagePullBackOff' };
  const crash = { message: 'back-off', reason: 'CrashLoopBackOff' };
  const bare = { reason: 'ContainerCreating' };
  expect(await waitsFor(crash, pull, bare, crash)).toMatchObject({
    waiting: 'CrashLoopBackOff ImagePullBackOff ContainerCreating CrashLoopBackOff',
    waitingMessage: 'back-off; pull "x" {tag: y}',
  });
  const plain = await waitsFor(bare);
  expect(plain).toMatchObject({ waiting: 'ContainerCreating' });
  expect(plain).not.toHaveProperty('waitingMessage');
  expect(await waitsFor()).not.toHaveProperty('waiting');
});

test.each([
  [[env('AWS_ROLE_ARN', ROLE), env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'x')]],
  [[]],
  [[env('AWS_ROLE_ARN'), env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN)]],
])('half of a mechanism is none; a variable without a value is not set: %j', async (variables) => {
  const found = await onePod(pod([container(variables)]));
  expect(found?.podIdentity).toBe(false);
  expect(found).not.toHaveProperty('irsaRoleArn');
});

test.each([
  ['there is none', [], MOUNTS],
  ['it is not mounted', VOLUMES, []],
  ['it has another path', [volume('aws-iam-token', 'other', 'x')], MOUNTS],
  ['it names no audience', [volume('aws-iam-token', 'token')], MOUNTS],
  ['it is of another sort', [{ name: 'aws-iam-token', emptyDir: {} }], MOUNTS],
])('a token file that no volume holds has no audience: %s', async (_, volumes, volumeMounts) => {
  const found = await onePod(pod([container(IRSA, { volumeMounts })], { volumes }));
  expect(found?.irsaRoleArn).toBe(ROLE);
  expect(found).not.toHaveProperty('irsaAudience');
});

test('containers that differ equal no role: the text says how', async () => {
  const some = await onePod(pod([container(IRSA), container(POD_IDENTITY, { name: 'b' })]));
  expect(some?.irsaRoleArn).toBe(`${ROLE} (in 1 of 2 containers)`);
  expect(some?.podIdentity).toBe(false);
  const other = [env('AWS_ROLE_ARN', 'arn:other'), env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN)];
  const two = await onePod(pod([container(IRSA), container(other, { name: 'b' })]));
  expect(two?.irsaRoleArn).toBe(`${ROLE} and arn:other (in 2 of 2 containers)`);
});

test('containers whose tokens are for several audiences: the text equals none', async () => {
  const elsewhere = { name: 'b', volumeMounts: [{ ...MOUNTS[1], name: 'theirs' }] };
  const volumes = [...VOLUMES, volume('theirs', 'token', 'vault')];
  const two = await onePod(pod([container(IRSA), container(IRSA, elsewhere)], { volumes }));
  expect(two?.irsaAudience).toBe('sts.amazonaws.com and vault');
  const unmounted = container(POD_IDENTITY, { name: 'b', volumeMounts: [] });
  const half = await onePod(pod([container(POD_IDENTITY), unmounted]));
  expect(half?.podIdentityAudience).toBe('pods.eks.amazonaws.com and no audience');
});

test('a side-car that the Deployment does not name has no say', async () => {
  const one = pod([container(IRSA), container([], { name: 'istio-proxy' })]);
  expect((await onePod(one, [deployment(NS, 'external-secrets')]))?.irsaRoleArn).toBe(ROLE);
  const renamed = [deployment(NS, 'external-secrets', ['renamed'])];
  expect((await onePod(one, renamed))?.irsaRoleArn).toContain('1 of 2');
});

test('a pod without containers carries nothing', async () => {
  expect(await onePod(pod([]))).toMatchObject({ name: 'p', podIdentity: false });
});

const KEYS = [
  { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'x' } } },
  env('AWS_SECRET_ACCESS_KEY', 'a secret'),
];

test.each<[string, readonly object[], readonly string[]]>([
  ['nothing else', [container([env('PASSWORD', 'x')])], []],
  ['static keys, whatever they hold', [container(KEYS)], ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']],
  [
    'one name in two containers',
    [container([env('AWS_PROFILE', 'x')]), container([...IRSA, env('AWS_PROFILE')], { name: 'second' })],
    ['AWS_PROFILE'],
  ],
  [
    'a token file whose path comes from elsewhere',
    [container([{ name: 'AWS_WEB_IDENTITY_TOKEN_FILE', valueFrom: {} }])],
    ['AWS_WEB_IDENTITY_TOKEN_FILE'],
  ],
  [
    'a token file alone',
    [container([env('AWS_WEB_IDENTITY_TOKEN_FILE', 'x')])],
    ['AWS_WEB_IDENTITY_TOKEN_FILE'],
  ],
  ['an empty one, which is none', [container([env('AWS_WEB_IDENTITY_TOKEN_FILE')])], []],
  [
    'credentials of another place',
    [container([env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://localhost/x')])],
    ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  ],
  ['those of EKS', [container(POD_IDENTITY)], []],
  [
    'those of EKS by IPv6',
    [container([env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://[fd00:ec2::23]/v1/credentials')])],
    [],
  ],
])('sources of credentials in the environment, by name alone: %s', async (_what, containers, expected) => {
  const found = await onePod(pod(containers));
  expect(found?.otherSources).toEqual(expected);
  expect(JSON.stringify(found)).not.toContain('a secret');
});

const from = (...envFrom: readonly object[]) => container([], { envFrom });
const mountedAt = (mountPath: string) => container([], { volumeMounts: [{ name: 'x', mountPath }] });

test.each<[string, object, readonly string[]]>([
  ['a secret', from({ secretRef: { name: 'keys' } }), ['secret keys']],
  ['a config map', from({ prefix: 'AWS_', configMapRef: { name: 'settings' } }), ['config map settings']],
  ['one with a prefix that no source begins with', from({ prefix: 'DB_', secretRef: { name: 'keys' } }), []],
  [
    'a longer prefix that one begins with',
    from({ prefix: 'AWS_ACCESS_', secretRef: { name: 'keys' } }),
    ['secret keys'],
  ],
  ['the directory of the SDK’s files', mountedAt('/home/eso/.aws'), ['volume at /home/eso/.aws']],
  ['a file in it', mountedAt('/root/.aws/credentials'), ['volume at /root/.aws/credentials']],
  ['another directory', mountedAt('/srv/.awsome'), []],
])('what may hold such a source, and is not read: %s', async (_what, one, expected) => {
  expect((await onePod(pod([one])))?.unreadSources).toEqual(expected);
});
