/** Rollouts that others began. */
import { describe, expect, test } from '@jest/globals';
import { waitForRollouts } from '../../src/wait/rollouts.ts';
import { contextOf, spaceOf, worldIn } from '../support/apply-context.ts';
import type { State } from '../support/fake-state.ts';
import { rollOut } from '../support/fake-kubernetes.ts';
import { host, START } from '../support/names.ts';
import { pod } from '../support/workloads.ts';

/** Waits while the controllers of these control planes roll out; `a` and `b` are served, `c` is not. */
async function settle(rolling: readonly string[], waitSeconds = 60, overrides: Partial<State> = {}) {
  const space = spaceOf({ a: 'irsa', b: 'irsa', c: 'irsa' }, overrides);
  for (const id of rolling) rollOut(space.state, host(id));
  const asked = { waitSeconds, selection: { globs: ['!*/ctp-c'], namespaces: [] } };
  const { intent, read } = contextOf(space, asked);
  const waited = await waitForRollouts(read, intent, await worldIn(space, asked));
  return { waited, took: read.clock.now() - START, warnings: space.warnings };
}

async function settled(...of: Parameters<typeof settle>) {
  const { waited, took } = await settle(...of);
  return { waited, took };
}

describe('rollouts that others began', () => {
  test('are waited for, where there are any', async () => {
    expect(await settled([])).toEqual({ waited: false, took: 0 });
    expect(await settled(['a'])).toEqual({ waited: true, took: expect.closeTo(6_458, 0) });
    expect(await settled(['a'], 2)).toEqual({ waited: true, took: 2_000 });
  });

  test('are not waited for to the end where no new pod is let in', async () => {
    const refused = new Map([[host('a'), 'exceeded quota']]);
    const { waited, took } = await settle(['a'], 600, { refused });
    expect(waited).toBe(true);
    expect(took).toBeLessThan(40_000);
  });

  test('whose containers do not start are warned of, where this run serves', async () => {
    const pods = ['a', 'c'].map((id) => pod(id, 'irsa', { waiting: 'ErrImagePull', createdAt: START + 1e6 }));
    const { warnings } = await settle(['a', 'c'], 60, { pods });
    expect(warnings).toEqual([expect.stringContaining(`${host('a')}/external-secrets-a does not start`)]);
  });

  test('are not waited for where this run serves nobody', async () => {
    expect(await settled(['c'])).toEqual({ waited: false, took: 0 });
  });
});
