import { expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { SecretStore } from '../../src/model/host.ts';
import type { World } from '../../src/model/world.ts';
import { waitForStores } from '../../src/wait/stores.ts';
import { intent, rawControlPlane } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const failed = store({ provisioned: [], failed: [{ controlPlane: 'ctp-a', message: 'no identity' }] });

/** A Space with a store as it is now, and the world as it was seen with it. */
function scene(now: SecretStore, asked: Intent = intent()) {
  const state = emptyState({ controlPlanes: [rawControlPlane('a')], stores: [now] });
  const world = worldOf(asked, running({ a: 'irsa' }, { stores: [now] }));
  const { read } = fakeSpace(state);
  return { state, world, wait: async () => await waitForStores(read, desiredOf(asked), world) };
}

const storesIn = ({ hosts }: World): readonly SecretStore[] => hosts.flatMap(({ stores }) => stores);

test('stores that work are not waited for', async () => {
  const { world, state, wait } = scene(store());
  expect(await wait()).toBe(world);
  expect(state.clock.now()).toBe(START);
});

test('after a restart a store has time to be found well', async () => {
  const { state, wait } = scene(failed);
  state.clock.after(20_000, () => (state.stores = [store()]));
  const world = await wait();
  expect(storesIn(world)).toMatchObject([{ provisioned: ['ctp-a'], failed: [] }]);
  expect(world.placed).toEqual(world.hosts);
  expect(state.clock.now() - START).toBeLessThan(40_000);
});

test('never longer than two minutes, or than the bound of every wait', async () => {
  const long = scene(failed);
  expect(storesIn(await long.wait())[0]?.failed).toHaveLength(1);
  expect(long.state.clock.now() - START).toBeLessThanOrEqual(130_000);
  const short = scene(failed, intent({ waitSeconds: 20 }));
  await short.wait();
  expect(short.state.clock.now() - START).toBeLessThanOrEqual(30_000);
});

test('a store that can’t work with this identity is not waited for', async () => {
  const { state, wait } = scene({ ...failed, auth: 'jwt' }, intent({ identity: 'pod-identity' }));
  await wait();
  expect(state.clock.now()).toBe(START);
});
