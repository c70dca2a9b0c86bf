/** Drift from beginning to end: made by hand, found by check under its id, healed by apply, then clean again. */
import { expect } from '@jest/globals';
import { z } from 'zod';
import { snapshot } from './cluster.ts';
import { type Inputs, jsonOf, type Run, type Scene } from './scene.ts';

/** `action severity` by change id. */
export type Found = Readonly<Record<string, string>>;

const planSchema = z.object({
  changes: z.array(z.object({ id: z.string(), action: z.string(), severity: z.string() })),
});

/** Every change of a run's plan. */
export function changesOf(run: Run): Found {
  const { changes } = planSchema.parse(jsonOf(run, 'plan'));
  return Object.fromEntries(changes.map(({ id, action, severity }) => [id, `${action} ${severity}`]));
}

/** Drift that someone makes by hand. */
export interface HandMade {
  readonly name: string;
  /** What a check finds. */
  readonly found: (scene: Scene) => Found;
  readonly make: (scene: Scene) => unknown;
  /** Waits until Spaces has carried on what apply has put right, where apply does not wait for it. */
  readonly carried?: (scene: Scene) => Promise<void>;
  /** What holds of the apply that put it right, and of the world after it. */
  readonly healed?: (scene: Scene, run: Run) => void;
}

/** Put right in place: no pod had to be made anew. */
export function expectNoRestart(run: Run): void {
  expect(run.outputs).toMatchObject({ changed: 'true', restarted: '[]' });
}

/** What any write to the cluster would change, Helm's records among it. */
async function traces(scene: Scene): Promise<object> {
  const workloads = await snapshot(scene);
  const { items } = await scene.client.core.listNamespacedSecret({ namespace: 'upbound-system' });
  const records = items.filter(({ type }) => type === 'helm.sh/release.v1');
  return {
    ...workloads,
    releases: records.map(({ metadata }) => `${metadata?.name}@${metadata?.resourceVersion}`),
  };
}

interface AfterApply {
  readonly since?: 'another world';
  readonly carried?: () => Promise<void> | undefined;
}

export interface Drifts {
  /** A check that finds everything in order; `since` says that the world is another one than at the last. */
  clean(since?: 'another world'): Promise<void>;
  /** A plan that shows exactly these changes, under the digest of the check before it. */
  plans(found: Found): Promise<void>;
  /** A check that finds exactly this drift. */
  finds(found: Found): Promise<Run>;
  /** Makes drift, finds exactly it, lets apply put it right, and finds everything in order. Gives the run of apply. */
  heals(make: () => unknown, found: Found, after?: AfterApply): Promise<Run>;
}

/** Drift of what these inputs keep in order; the first `clean` says what the digest is when nothing has drifted. */
export function useDrifts(scene: Scene, inputs: Inputs): Drifts {
  let digest: string | undefined;
  let checked: string | undefined;
  const untouched = async (look: () => Promise<Run>): Promise<Run> => {
    const before = await traces(scene);
    const run = await look();
    expect(run.writes).toEqual([]);
    expect(await traces(scene)).toEqual(before);
    return run;
  };
  const check = { ...inputs, mode: 'check' };

  const drifts: Drifts = {
    clean: async (since) => {
      const run = await untouched(() => scene.succeed(check));
      expect(changesOf(run)).toEqual({});
      expect(run.outputs).toMatchObject({ verdict: 'in-sync', drift: 'false', verified: 'true' });
      if (since === undefined && digest !== undefined) expect(run.outputs['plan-digest']).toBe(digest);
      digest = checked = run.outputs['plan-digest'];
    },
    plans: async (found) => {
      const run = await untouched(() => scene.succeed({ ...inputs, mode: 'plan' }));
      expect(changesOf(run)).toEqual(found);
      expect(run.outputs['plan-digest']).toBe(checked);
    },
    finds: async (found) => {
      const run = await untouched(() => scene.fail('drift', check));
      expect(changesOf(run)).toEqual(found);
      expect(run.outputs).toMatchObject({ verdict: 'drifted', drift: 'true', changed: 'false' });
      checked = run.outputs['plan-digest'];
      expect(checked).not.toBe(digest);
      return run;
    },
    heals: async (make, found, { since, carried } = {}) => {
      await make();
      const seen = await drifts.finds(found);
      const run = await scene.succeed({ ...inputs, mode: 'apply' });
      expect(run.outputs).toMatchObject({
        verdict: 'applied',
        verified: 'true',
        'plan-digest': seen.outputs['plan-digest'],
      });
      await carried?.();
      await drifts.clean(since);
      return run;
    },
  };
  return drifts;
}
