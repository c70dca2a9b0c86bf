/** Two jobs at the same time on one Space: neither spoils the other's work, and the next run finds nothing half done. */
import { describe, expect, test } from '@jest/globals';
import { controllerPods } from '../../../sandbox/workload.ts';
import { associationsOf } from '../support/associations.ts';
import { hostsOf, snapshot } from '../support/cluster.ts';
import { injectedInto, irsa, podIdentity } from '../support/identity.ts';
import { type Identity, MECHANISMS } from '../support/mechanisms.ts';
import { roleArn } from '../support/role.ts';
import { sampled } from '../support/sample.ts';
import { errorOf, type Inputs, type Run, type Scene, useScene } from '../support/scene.ts';

/** What one of two may fail by: it has met the other's work, or has found it undone. */
const CHANGED = new Set(['plan-changed', 'release-busy']);
const LOSERS = new Set(['', 'not-verified', ...CHANGED]);

const inputsOf = (identity: Identity): Inputs => ({ identity, mode: 'apply', 'comment-on-pr': 'false' });

/** Each job has its own tool cache, as jobs on two runners have. */
async function both(scene: Scene, ...inputs: readonly [Inputs, Inputs]): Promise<readonly Run[]> {
  const runs = await Promise.all(
    inputs.map(async (one, n) => await scene.run(one, { toolCache: `${scene.world.dir}/tools-${n}` })),
  );
  const reasons = runs.map(({ outputs }) => outputs['failure-reason'] ?? '');
  const unknown = runs.filter((_run, n) => !LOSERS.has(reasons[n] ?? ''));
  if (unknown.length > 0) throw new Error(unknown.map(({ log }) => log).join('\n---\n'));
  expect(reasons.filter((reason) => reason === '').length).toBeGreaterThanOrEqual(1);
  const told = runs.filter(({ outputs }) => CHANGED.has(outputs['failure-reason'] ?? ''));
  for (const run of told) expect(errorOf(run)).toMatch(/run again|Run again|Plan again/);
  return runs;
}

async function expectWhole(scene: Scene, identity: Identity): Promise<void> {
  const run = await scene.succeed(inputsOf(identity));
  expect(run.outputs['verified']).toBe('true');
  const hosts = hostsOf(scene);
  const wanted = identity === 'irsa' ? irsa(roleArn(scene)) : podIdentity;
  await snapshot(scene);
  for (const host of hosts) expect((await controllerPods(scene, host)).map(injectedInto)).toEqual([wanted]);
  const associated = associationsOf(scene).map(({ namespace }) => namespace);
  expect(associated.toSorted()).toEqual(identity === 'irsa' ? [] : hosts);
  const plan = await scene.succeed({ ...inputsOf(identity), mode: 'plan' });
  expect(plan.outputs['change-count']).toBe('0');
}

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 3, groups: 1 });
  const other: Identity = identity === 'irsa' ? 'pod-identity' : 'irsa';

  test('with the same selection', async () => {
    await both(scene, inputsOf(identity), inputsOf(identity));
    await expectWhole(scene, identity);
  }, 600_000);

  test('one serves, the other takes away', async () => {
    const destroy = { ...inputsOf(identity), mode: 'destroy' };
    await both(scene, inputsOf(identity), destroy);
    await expectWhole(scene, identity);
    await scene.succeed(destroy);
  }, 600_000);

  test('with different selections', async () => {
    const [first, second] = ['team-a/ctp-1', 'team-a/ctp-[23]'].map((globs) => ({
      ...inputsOf(identity),
      'control-planes': globs,
    }));
    await both(scene, first ?? {}, second ?? {});
    await expectWhole(scene, identity);
  }, 600_000);

  test('by one mechanism and by the other', async () => {
    await both(scene, inputsOf(identity), inputsOf(other));
    await expectWhole(scene, identity);
  }, 600_000);
});
