/** The chart of an upgrade: fetched before the first write of a run, and used then. */
import { describe, expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { metadata, request, setup } from './setup.ts';

const upgradeLine = (lines: readonly string[]) => lines.find((line) => line.startsWith('upgrade'));

test('a chart that was fetched before is the one that is used', async () => {
  const { writer, lines } = await setup();
  await writer.prepare(request().intent, { name: 'spaces', version: '1.17.1' });
  expect(lines().map((line) => line.split(' ')[0])).toEqual(['pull', 'show']);
  await writer.upgrade(request());
  expect(lines().filter((line) => line.startsWith('pull'))).toHaveLength(1);
  expect(upgradeLine(lines())).toContain('/chart/spaces-1.17.1.tgz');
});

describe('without the right to end its record', () => {
  const intent = request().intent;
  const deployed = { name: 'spaces', version: '1.17.1' };

  test.each([{}, { HELM_DRIVER: '' }, { HELM_DRIVER: 'secret' }, { HELM_DRIVER: 'secrets' }])(
    'helm is not started (%j)',
    async (env) => {
      const { writer, lines } = await setup({}, { mayReplace: false, env });
      await expect(writer.prepare(intent, deployed)).rejects.toMatchObject({
        reason: 'access-denied',
        details: {
          tried: 'upgrade Helm release upbound-system/spaces',
          said: expect.stringContaining('the job may not update secrets in namespace upbound-system'),
          next: expect.stringContaining('permissions/rbac/'),
        },
      });
      expect(lines()).toEqual([]);
    },
  );

  test('it is, where its records are no Secrets', async () => {
    const { writer, lines } = await setup({}, { mayReplace: false, env: { HELM_DRIVER: 'configmap' } });
    await writer.prepare(intent, deployed);
    expect(lines()).not.toEqual([]);
  });
});

test('but not when another one is deployed by then', async () => {
  const { writer, lines } = await setup({
    pull: [refused('Error: not this one'), ''],
    'get metadata': [metadata({ chart: 'another' }), metadata({ revision: 5 })],
  });
  await expect(writer.prepare(request().intent, { name: 'spaces', version: '9.9.9' })).rejects.toMatchObject({
    reason: 'chart-unavailable',
  });
  await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'chart-unavailable' });
  expect(lines().filter((line) => line.startsWith('pull')).length).toBeGreaterThan(1);
});
