/** Service accounts, Deployments and pods from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { createKubernetesReader } from '../../../src/cluster/kubectl/reader.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup, line } from './setup.ts';

const NS = 'mxp-1-system';
const ROLE = 'arn:aws:iam::111122223333:role/shared-secrets';
const WEB_TOKEN = '/var/run/secrets/eks.amazonaws.com/serviceaccount/token';
const POD_TOKEN = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token';

const env = (name: string, value?: string) =>
  line('variable', value === undefined ? { name } : { name, value });
const IRSA = env('AWS_ROLE_ARN', ROLE) + env('AWS_WEB_IDENTITY_TOKEN_FILE', WEB_TOKEN);
const POD_IDENTITY =
  env('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://169.254.170.23/v1/credentials') +
  env('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', POD_TOKEN);
const MOUNTS = [
  { name: 'kube-api-access', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount', readOnly: true },
  { name: 'aws-iam-token', mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount' },
  { name: 'eks-pod-identity-token', mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/' },
];
const volume = (name: string, path: string, audience?: string) =>
  line('volume', name, [
    { configMap: { name: 'x' } },
    { serviceAccountToken: { path, ...(audience === undefined ? {} : { audience }) } },
  ]);
const VOLUMES =
  volume('kube-api-access', 'token') +
  line('volume', 'tmp', '') +
  volume('aws-iam-token', 'token', 'sts.amazonaws.com') +
  volume('eks-pod-identity-token', 'eks-pod-identity-token', 'pods.eks.amazonaws.com');
const pod = (name: string, deletedAt = '', phase = 'Running', ready = 'True') =>
  line('pod', NS, name, `uid-${name}`, '2026-11-24T10:00:00Z', deletedAt, phase, ready, 'node-1', 'eso-7d9');
const container = (name: string, mounts: object | string = MOUNTS) => line('container', name, mounts);
const deployment = (namespace: string, name: string, containers = 'external-secrets') =>
  line(namespace, name, 3, 2, '', 3, 2, 1, 2, 'NewReplicaSetAvailable', { app: 'eso' }, containers);

function setup(answers: {
  accounts?: string;
  deployments?: string;
  pods?: string | ReturnType<typeof refused>;
}) {
  const made = kubectlSetup((args) => {
    if (args.includes('serviceaccounts')) return answers.accounts ?? '';
    return args.includes('deployments.apps') ? (answers.deployments ?? '') : (answers.pods ?? '');
  });
  const reader = createKubernetesReader(made.kubectl, { name: 'spaces' }, true);
  return { ...made, reader, read: () => reader.workloads('external-secrets-controller') };
}

const onePod = async (rows: string, deployments = '') => {
  const { pods } = await setup({ pods: rows, deployments }).read();
  return pods[0];
};

test('three processes, filtered by the API server and in kubectl, whatever the number of pods', async () => {
  for (const count of [1, 1000]) {
    const pods = Array.from({ length: count }, (_, n) => pod(`p${n}`) + VOLUMES + container('c') + IRSA).join(
      '',
    );
    const { read, lines, requests } = setup({ pods });
    expect((await read()).pods).toHaveLength(count);
    expect(requests).toHaveLength(3);
    expect(
      lines().some((args) =>
        args.includes(
          'serviceaccounts --all-namespaces --field-selector=metadata.name=external-secrets-controller',
        ),
      ),
    ).toBe(true);
    expect(
      lines().some((args) =>
        args.includes(
          'pods --all-namespaces --field-selector=spec.serviceAccountName=external-secrets-controller',
        ),
      ),
    ).toBe(true);
    expect(
      lines().some((args) =>
        args.includes('?(@.spec.template.spec.serviceAccountName=="external-secrets-controller")'),
      ),
    ).toBe(true);
  }
});

test('of the environment only the four variables leave kubectl', async () => {
  const { read, requests } = setup({});
  await read();
  const template = requests.flatMap(({ args }) => args).find((arg) => arg.includes('.spec.containers[*]}'));
  expect(template?.match(/\.env\[[^\]]*\]/g)).toEqual([
    '.env[?(@.name=="AWS_ROLE_ARN")]',
    '.env[?(@.name=="AWS_WEB_IDENTITY_TOKEN_FILE")]',
    '.env[?(@.name=="AWS_CONTAINER_CREDENTIALS_FULL_URI")]',
    '.env[?(@.name=="AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")]',
  ]);
});

test('service accounts with their annotation exactly as it is', async () => {
  const accounts =
    line('one', { 'eks.amazonaws.com/role-arn': ` ${ROLE}\n` }) +
    line('two', { other: 'x' }) +
    line('three', '');
  const { reader, requests } = setup({ accounts });
  expect(await reader.serviceAccounts('external-secrets-controller')).toEqual([
    { namespace: 'one', roleArn: ` ${ROLE}\n` },
    { namespace: 'two' },
    { namespace: 'three' },
  ]);
  expect(requests).toHaveLength(1);
});

test.each(['Bad', 'a"b', 'x y', '', '-a', 'a")].x'])(
  'a name such as %j never reaches a template',
  async (name) => {
    const { reader, requests } = setup({});
    await expect(reader.workloads(name)).rejects.toMatchObject({ reason: 'invalid-input' });
    await expect(reader.serviceAccounts(name)).rejects.toMatchObject({ reason: 'invalid-input' });
    expect(requests).toEqual([]);
  },
);

test('deployments, also one whose status is still empty', async () => {
  const deployments =
    deployment(NS, 'external-secrets') +
    line('mxp-2-system', 'external-secrets', 1, '', 'true', '', '', '', '', '', '', '');
  expect((await setup({ deployments }).read()).deployments).toEqual([
    {
      namespace: NS,
      name: 'external-secrets',
      replicas: 2,
      generation: 3,
      observedGeneration: 3,
      updatedReplicas: 2,
      availableReplicas: 1,
      currentReplicas: 2,
      paused: false,
      progressReason: 'NewReplicaSetAvailable',
      podLabels: { app: 'eso' },
    },
    {
      namespace: 'mxp-2-system',
      name: 'external-secrets',
      replicas: 1,
      generation: 1,
      observedGeneration: 0,
      updatedReplicas: 0,
      availableReplicas: 0,
      currentReplicas: 0,
      paused: true,
      podLabels: {},
    },
  ]);
});

test.each([
  [['one', 'external-secrets'], ['external-secrets']],
  [['external-secrets-controller', 'one'], ['external-secrets-controller']],
  [['external-secrets-controller', 'external-secrets'], ['external-secrets']],
  [
    ['one', 'two'],
    ['one', 'two'],
  ],
])('of %j in one namespace, %j use the account as controller', async (names, expected) => {
  const deployments = names.map((name) => deployment(NS, name)).join('') + deployment('mxp-2-system', 'any');
  const found = (await setup({ deployments }).read()).deployments;
  expect(found.map(({ name }) => name)).toEqual([...expected, 'any']);
});

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

test('a refusal of one list fails the whole', async () => {
  const pods = refused(
    'pods is forbidden: User "ci" cannot list resource "pods" in API group "" at the cluster scope',
  );
  await expect(setup({ pods }).read()).rejects.toMatchObject({ reason: 'access-denied' });
});
