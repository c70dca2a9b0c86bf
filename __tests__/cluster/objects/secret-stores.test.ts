/** SharedSecretStores. */
import { expect, test } from '@jest/globals';
import { named, setup } from './space-setup.ts';

const aws = (part: unknown) => ({ provider: { aws: part } });

test('stores: how each signs in to AWS, and what failed', async () => {
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'InvalidProviderConfig',
    message: 'no identity',
    x: 1,
  };
  const status = { observedGeneration: 1 };
  const store = (name: string, spec: object, more: object = { status }, generation = 1) => ({
    ...named('g', name, { generation }),
    spec,
    ...more,
  });
  const failed = [
    {
      controlPlane: 'ctp',
      conditions: [condition, { type: 'A', status: 'True' }, { type: 'B', status: 'False', reason: 'Why' }],
    },
  ];
  const jwt = { serviceAccountRef: { name: 'x', namespace: 'mxp-a-system' } };
  const stores = [
    store(
      'pod',
      {
        ...aws({ region: 'eu-central-1', service: 'SecretsManager', role: '' }),
        controlPlaneSelector: { names: ['a'] },
        secretStoreName: 'inside',
      },
      { status: { ...status, provisioned: [{ controlPlane: 'a' }] } },
      2,
    ),
    store(
      'jwt',
      aws({ region: 'r', service: 'ParameterStore', prefix: '/app/', role: 'arn:x', auth: { jwt } }),
    ),
    store('keys', aws({ auth: { secretRef: {} } }), { status: { ...status, conditions: [condition] } }),
    store('vault', { provider: { vault: {} } }, {}),
    store('bad', aws({ auth: null }), { status: { ...status, failed } }),
    store('odd', aws({ auth: 7 }), { status: { ...status, failed: { not: 'a list' } } }),
    store('odder', { provider: 'odd' }, { status: 'odd' }),
  ];
  const parsed = (await setup({ stores }).read()).stores;
  expect(
    parsed.map(({ name, provider, auth, region, role }) => [name, provider, auth, region, role]),
  ).toEqual([
    ['pod', 'aws', 'pod', 'eu-central-1', undefined],
    ['jwt', 'aws', 'jwt', 'r', 'arn:x'],
    ['keys', 'aws', 'static-keys', undefined, undefined],
    ['vault', 'other', undefined, undefined, undefined],
    ['bad', 'aws', 'pod', undefined, undefined],
    ['odd', 'aws', 'pod', undefined, undefined],
    ['odder', 'other', undefined, undefined, undefined],
  ]);
  expect(parsed[0]?.selector).toEqual({ names: ['a'] });
  expect(parsed[5]).toMatchObject({ selector: null, failed: [] });
  expect(parsed[2]?.conditions).toEqual([
    { type: 'Ready', status: 'False', reason: 'InvalidProviderConfig', message: 'no identity' },
  ]);
  expect(parsed[4]?.failed).toEqual([
    {
      controlPlane: 'ctp',
      message: 'no identity; Why',
      reasons: ['InvalidProviderConfig', '', 'Why'],
    },
  ]);
  expect(parsed.map(({ stale }) => stale)).toEqual([true, false, false, false, false, false, false]);
  expect(parsed[0]?.provisioned).toEqual(['a']);
  expect(parsed[1]).toMatchObject({
    serviceAccount: 'x',
    serviceAccountNamespace: 'mxp-a-system',
    service: 'ssm',
    prefix: '/app/',
  });
  expect(parsed[0]).toMatchObject({ nameInside: 'inside', service: 'secretsmanager' });
  expect(parsed[3]).not.toHaveProperty('service');
});
