/** What calls of helm know, and what becomes of those that hang. */
import { expect, test } from '@jest/globals';
import { Failure } from '../../../src/model/failure.ts';
import { CREDENTIALS, request, setup } from './setup.ts';

test('where the release keeps its records is known to calls about the release alone', async () => {
  const env = { HELM_DRIVER: 'sql', HELM_DRIVER_SQL_CONNECTION_STRING: 'postgres://u:p@db' };
  const { writer, requests } = await setup({}, { env });
  await writer.upgrade(request());
  const knowing = requests.filter(({ env: own }) => 'HELM_DRIVER_SQL_CONNECTION_STRING' in own);
  expect(new Set(knowing.map(({ args }) => args[0]))).toEqual(new Set(['get', 'upgrade']));
  expect(knowing.every(({ env: own }) => own['HELM_DRIVER'] === 'sql')).toBe(true);
});

test('a registry that never answers is a chart that can’t be had, and a sign-out that hangs hides nothing', async () => {
  const late = new Failure('chart-unavailable', { tried: 'x', said: 'helm did not end', next: 'z' });
  const { writer, requests, log } = await setup({
    'registry logout': () => Promise.reject(new Error('hangs')),
    pull: () => Promise.reject(late),
  });
  await expect(writer.upgrade(request(CREDENTIALS))).rejects.toBe(late);
  expect(log.lines).toContain('could not sign out of xpkg.upbound.io: hangs');
  const about = requests.filter(({ args }) => ['pull', 'registry', 'show'].includes(args[0] ?? ''));
  expect(about.map(({ tried, limit }) => [tried, limit.reason])).toEqual([
    ['sign in to xpkg.upbound.io', 'chart-unavailable'],
    ['pull chart oci://xpkg.upbound.io/spaces-artifacts/spaces, version 1.17.1', 'chart-unavailable'],
    ['sign out of xpkg.upbound.io', 'chart-unavailable'],
  ]);
});
