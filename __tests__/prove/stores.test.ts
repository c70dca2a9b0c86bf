import { expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/world.ts';
import { waitUntilStoresClear } from '../../src/prove/stores.ts';
import { intent, rawControlPlane } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { store } from '../verify/support.ts';

const failed = store({ provisioned: [], failed: [{ controlPlane: 'ctp-a', message: 'no identity' }] });

function scene(now: SecretStore) {
  const state = emptyState({ controlPlanes: [rawControlPlane('a')], stores: [now] });
  return { state, space: fakeSpace(state), world: running({ a: 'irsa' }, { stores: [now] }) };
}

test('stores that work are not waited for', async () => {
  const { space, world, state } = scene(store());
  expect(await waitUntilStoresClear(space.read, intent(), world)).toBe(world);
  expect(state.clock.now()).toBe(START);
});

test('after a restart a store has time to be found well', async () => {
  const { space, world, state } = scene(failed);
  state.clock.after(20_000, () => (state.stores = [store()]));
  const { stores } = await waitUntilStoresClear(space.read, intent(), world);
  expect(stores[0]).toMatchObject({ provisioned: ['ctp-a'], selects: ['team-a/ctp-a'] });
  expect(state.clock.now() - START).toBeLessThan(40_000);
});

test('never longer than two minutes, or than the bound of every wait', async () => {
  const long = scene(failed);
  const { stores } = await waitUntilStoresClear(long.space.read, intent(), long.world);
  expect(stores[0]?.failed).toHaveLength(1);
  expect(long.state.clock.now() - START).toBeLessThanOrEqual(130_000);
  const short = scene(failed);
  await waitUntilStoresClear(short.space.read, intent({ waitSeconds: 20 }), short.world);
  expect(short.state.clock.now() - START).toBeLessThanOrEqual(30_000);
});

test('one that can’t work with this identity is not waited for', async () => {
  const { space, world, state } = scene({ ...failed, auth: 'jwt' });
  await waitUntilStoresClear(space.read, intent({ identity: 'pod-identity' }), world);
  expect(state.clock.now()).toBe(START);
});
