/** The wait for stores after a restart. */
import { expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { SecretStore } from '../../src/model/host.ts';
import type { World } from '../../src/model/world.ts';
import { type DoneForStores, waitForStores } from '../../src/wait/stores.ts';
import { intent, rawControlPlane } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { host, START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const failed = store({ provisioned: [], failed: [{ controlPlane: 'ctp-a', message: 'no identity' }] });

/** A Space with a store as it is now, and the world as it was seen with it. */
function scene(now: SecretStore, asked: Intent = intent(), done: Partial<DoneForStores> = {}) {
  const state = emptyState({ controlPlanes: [rawControlPlane('a')], stores: [now] });
  const world = worldOf(asked, running({ a: 'irsa' }, { stores: [now] }));
  const { read, lines } = fakeSpace(state);
  const doing = { restarted: new Set([host('a')]), mended: new Set<string>(), ...done };
  const wait = async () => await waitForStores(read, desiredOf(asked), world, doing);
  return { state, world, lines, wait };
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
  expect(long.lines.join(' ')).not.toContain('17 minutes');
  const short = scene(failed, intent({ waitSeconds: 20 }));
  await short.wait();
  expect(short.state.clock.now() - START).toBeLessThanOrEqual(30_000);
});

test('a store that this run has done nothing for is not waited for', async () => {
  const { state, world, wait } = scene(failed, intent(), { restarted: new Set([host('b')]) });
  expect(await wait()).toBe(world);
  expect(state.clock.now()).toBe(START);
});

test('without a restart, what was mended in AWS is seen after minutes, and that is said', async () => {
  const done = { restarted: new Set<string>(), mended: new Set([host('a')]) };
  const { lines, state, wait } = scene(failed, intent(), done);
  state.clock.after(400_000, () => (state.stores = [store()]));
  expect(storesIn(await wait())).toMatchObject([{ failed: [] }]);
  expect(state.clock.now() - START).toBeGreaterThanOrEqual(400_000);
  expect(lines[0]).toContain('External Secrets looks again after pauses that double, up to 17 minutes');

  const long = scene(failed, intent({ waitSeconds: 3_600 }), done);
  expect(storesIn(await long.wait())[0]?.failed).toHaveLength(1);
  expect(long.state.clock.now() - START).toBeLessThanOrEqual(1_010_000);
});

test('a store that can’t work with this identity is not waited for', async () => {
  const { state, wait } = scene({ ...failed, auth: 'jwt' }, intent({ identity: 'pod-identity' }));
  await wait();
  expect(state.clock.now()).toBe(START);
});
