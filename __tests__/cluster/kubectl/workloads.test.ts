/** Service accounts, Deployments and pods from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { line } from './setup.ts';
import { container, deployment, IRSA, NS, pod, ROLE, setup, VOLUMES } from './workload-rows.ts';

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

test('a refusal of one list fails the whole', async () => {
  const pods = refused(
    'pods is forbidden: User "ci" cannot list resource "pods" in API group "" at the cluster scope',
  );
  await expect(setup({ pods }).read()).rejects.toMatchObject({ reason: 'access-denied' });
});
