/** SharedSecretStores from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { line } from './setup.ts';
import { NO_SUCH, setup } from './space-setup.ts';

test('stores: how each signs in to AWS, and what failed', async () => {
  const condition = {
    type: 'Ready',
    status: 'False',
    reason: 'InvalidProviderConfig',
    message: 'no identity',
    x: 1,
  };
  const stores =
    line(
      'g',
      'pod',
      { region: 'eu-central-1', service: 'SecretsManager', role: '' },
      { names: ['a'] },
      '',
      '',
      [{ controlPlane: 'a' }],
      2,
      1,
      'inside',
    ) +
    line(
      'g',
      'jwt',
      {
        region: 'r',
        service: 'ParameterStore',
        prefix: '/app/',
        role: 'arn:x',
        auth: { jwt: { serviceAccountRef: { name: 'x' } } },
      },
      '',
      '',
      '',
      '',
      1,
      1,
      '',
    ) +
    line('g', 'keys', { auth: { secretRef: {} } }, '', '', [condition], '', 1, 1, '') +
    line('g', 'vault', '', '', '', '', '', 1, '', '') +
    line(
      'g',
      'bad',
      { auth: null },
      '',
      [
        {
          controlPlane: 'ctp',
          conditions: [
            condition,
            { type: 'A', status: 'True' },
            { type: 'B', status: 'False', reason: 'Why' },
          ],
        },
      ],
      '',
      '',
      1,
      1,
      '',
    ) +
    line('g', 'odd', { auth: 7 }, '{broken', { not: 'a list' }, '', '', 1, 1, '');
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
  expect(parsed.map(({ stale }) => stale)).toEqual([true, false, false, false, false, false]);
  expect(parsed[0]?.provisioned).toEqual(['a']);
  expect(parsed[1]).toMatchObject({ serviceAccount: 'x', service: 'ssm', prefix: '/app/' });
  expect(parsed[0]).toMatchObject({ nameInside: 'inside', service: 'secretsmanager' });
  expect(parsed[3]).not.toHaveProperty('service');
});

test('a cluster without shared secret stores has none', async () => {
  expect((await setup({ stores: NO_SUCH }).read()).stores).toEqual([]);
});
