/** The wait for a Pod Identity agent that has just been installed. */
import { expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { DaemonSet } from '../../src/model/ports.ts';
import type { World } from '../../src/model/world.ts';
import { waitForAgent } from '../../src/wait/agent.ts';
import { intent, rawControlPlane } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const ACTIVE = { version: 'v1.3.9-eksbuild.3', status: 'ACTIVE', issues: [] };

const readyOn = (ready: number) => ({ desired: 2, ready });

/** A Space with this DaemonSet of the agent, and the world as it was seen with it. */
function scene(daemonSet: DaemonSet | undefined, asked: Intent = intent()) {
  const state = emptyState({ controlPlanes: [rawControlPlane('a')], addOn: ACTIVE, daemonSet });
  const seen = worldOf(asked, running({ a: 'pod-identity' }));
  const world: World = { ...seen, agent: { ...seen.agent, ...daemonSet } };
  const { read } = fakeSpace(state);
  return { state, world, wait: async () => await waitForAgent(read, desiredOf(asked), world) };
}

test('an agent that is ready on all its nodes is not looked at again', async () => {
  const { world, state, wait } = scene(readyOn(2));
  expect(await wait()).toBe(world);
  expect(state.clock.now()).toBe(START);
});

test.each([0, 1])('an agent that is ready on %i of 2 nodes has time to start', async (ready) => {
  const { state, wait } = scene(readyOn(ready));
  state.clock.after(20_000, () => (state.daemonSet = readyOn(2)));
  const { agent } = await wait();
  expect(agent).toMatchObject({ provider: 'add-on', addOnStatus: 'ACTIVE', desired: 2, ready: 2 });
  expect(state.clock.now() - START).toBeLessThan(40_000);
});

test.each([
  [600, 130_000],
  [20, 30_000],
])('with `wait-timeout` of %i s it is waited for no longer than %i ms', async (waitSeconds, most) => {
  const { state, wait } = scene(readyOn(0), intent({ waitSeconds }));
  expect((await wait()).agent).toMatchObject({ desired: 2, ready: 0 });
  expect(state.clock.now() - START).toBeLessThanOrEqual(most);
});

test('a DaemonSet that is not there yet has some seconds to appear, and then to start', async () => {
  const { state, wait } = scene(undefined);
  state.clock.after(2_000, () => (state.daemonSet = readyOn(0)));
  state.clock.after(20_000, () => (state.daemonSet = readyOn(2)));
  expect((await wait()).agent).toMatchObject(readyOn(2));
});

test('one that never appears is not waited for', async () => {
  const { state, wait } = scene(undefined);
  expect((await wait()).agent).toMatchObject({ provider: 'add-on', addOnStatus: 'ACTIVE' });
  expect(state.clock.now() - START).toBeLessThan(10_000);
});
