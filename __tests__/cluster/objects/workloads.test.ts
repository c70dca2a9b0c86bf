/** Service accounts and Deployments, and how they are asked for. */
import { expect, test } from '@jest/globals';
import { denied, queryOf } from '../api/fake-api.ts';
import { container, deployment, IRSA, NS, pod, ROLE, setup } from './workload-objects.ts';

test('three lists, filtered by the API server where it can', async () => {
  const pods = Array.from({ length: 3 }, (_, n) => pod([container(IRSA)], { name: `p${n}` }));
  const { read, asked, paths } = setup({ pods });
  expect((await read()).pods).toHaveLength(3);
  expect(paths()).toEqual(['/api/v1/serviceaccounts', '/apis/apps/v1/deployments', '/api/v1/pods']);
  expect(asked.map((request) => queryOf(request)['fieldSelector'])).toEqual([
    'metadata.name=external-secrets-controller',
    undefined,
    'spec.serviceAccountName=external-secrets-controller',
  ]);
});

test('service accounts with their annotation exactly as it is', async () => {
  const accounts = [
    {
      metadata: { name: 'x', namespace: 'one', annotations: { 'eks.amazonaws.com/role-arn': ` ${ROLE}\n` } },
    },
    { metadata: { name: 'x', namespace: 'two', annotations: { other: 'x' } } },
    { metadata: { name: 'x', namespace: 'three' } },
  ];
  const { reader, asked } = setup({ accounts });
  expect(await reader.serviceAccounts('external-secrets-controller')).toEqual([
    { namespace: 'one', roleArn: ` ${ROLE}\n` },
    { namespace: 'two' },
    { namespace: 'three' },
  ]);
  expect(asked).toHaveLength(1);
  expect(await reader.annotatedAccounts()).toEqual([{ namespace: 'one', name: 'x', roleArn: ` ${ROLE}\n` }]);
});

test.each(['Bad', 'a"b', 'x y', '', '-a', 'a")].x'])(
  'a name such as %j never reaches a path',
  async (name) => {
    const { reader, asked } = setup({});
    await expect(reader.workloads(name)).rejects.toMatchObject({ reason: 'invalid-input' });
    await expect(reader.serviceAccounts(name)).rejects.toMatchObject({ reason: 'invalid-input' });
    expect(asked).toEqual([]);
  },
);

test('deployments of the account, also one whose status is still empty', async () => {
  const template = { spec: { serviceAccountName: 'external-secrets-controller', containers: [] } };
  const bare = {
    metadata: { namespace: 'mxp-2-system', name: 'external-secrets', generation: 1 },
    spec: { paused: true, template },
  };
  const others = { ...bare, spec: { template: { spec: { serviceAccountName: 'other', containers: [] } } } };
  const deployments = [deployment(NS, 'external-secrets'), bare, others];
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

test.each<[object, string | undefined]>([
  [
    { status: 'True', reason: 'FailedCreate', message: 'pods "a" is forbidden:\texceeded quota' },
    'pods "a" is forbidden:\texceeded quota',
  ],
  [{ status: 'True', reason: 'FailedCreate' }, 'FailedCreate'],
  [{ status: 'False', reason: 'FailedCreate', message: 'x' }, undefined],
  [{ type: 'Available', status: 'True' }, undefined],
])('what is said to new pods that are refused: %j', async (failure, expected) => {
  const conditions = [{ type: 'ReplicaFailure', ...failure }];
  const deployments = [deployment(NS, 'external-secrets', ['external-secrets'], conditions)];
  expect((await setup({ deployments }).read()).deployments[0]?.refused).toBe(expected);
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
  const deployments = [...names.map((name) => deployment(NS, name)), deployment('mxp-2-system', 'any')];
  const found = (await setup({ deployments }).read()).deployments;
  expect(found.map(({ name }) => name)).toEqual([...expected, 'any']);
});

test('a refusal of one list fails the whole', async () => {
  await expect(setup({ pods: denied('pods') }).read()).rejects.toMatchObject({ reason: 'access-denied' });
});

test.each<[string, object, string | undefined]>([
  ['all labels of its selector', { app: 'eso', tier: 'a', hash: '1' }, 'external-secrets'],
  ['one of them', { app: 'eso' }, undefined],
  ['another value', { app: 'eso', tier: 'b' }, undefined],
  ['none', {}, undefined],
])('a pod with %s: whether it is the Deployment’s', async (_what, labels, owner) => {
  const own = deployment(NS, 'external-secrets');
  const selecting = { ...own, spec: { ...own.spec, selector: { matchLabels: { app: 'eso', tier: 'a' } } } };
  // Nobody owns it: a Deployment with this selector would take it over.
  const made = pod([container(IRSA)], { metadata: { labels, ownerReferences: [] } });
  const { pods } = await setup({ deployments: [selecting], pods: [made] }).read();
  expect(pods.map((one) => one.deployment)).toEqual([owner]);
  const elsewhere = { ...selecting, metadata: { ...own.metadata, namespace: 'mxp-2-system' } };
  const { pods: others } = await setup({ deployments: [elsewhere, own], pods: [made] }).read();
  expect(others.map((one) => one.deployment)).toEqual([undefined]);
});
