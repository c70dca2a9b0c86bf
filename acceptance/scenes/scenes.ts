/** Every mode with either identity and each isolation, from nothing to nothing. */
import type { Mode } from '../steps/jobs.ts';
import { makeDrift } from './drifts.ts';
import { type Expected, judge } from './judge.ts';
import { inputsOf, nameOf, probesOf, type Scene } from './scene.ts';
import { readInPods } from './pods.ts';
import { recordWorld } from './readings.ts';
import { runJob, type SceneContext } from './scene-context.ts';

interface Act {
  readonly what: string;
  readonly mode: Mode;
  readonly expected: Expected;
  readonly probed?: true;
  readonly before?: (context: SceneContext, scene: Scene) => Promise<void>;
  readonly after?: (context: SceneContext, scene: Scene) => Promise<void>;
}

const ACTS: readonly Act[] = [
  { what: 'plan', mode: 'plan', expected: { verdict: 'changes', changed: 'false' } },
  {
    what: 'apply',
    mode: 'apply',
    expected: { verdict: 'applied', changed: 'true', verified: 'true' },
    after: async (context, scene) => {
      await recordWorld(context, nameOf(scene));
      await readInPods(context, scene);
    },
  },
  {
    what: 'apply again',
    mode: 'apply',
    expected: { changed: 'false', restarted: '[]', verified: 'true' },
  },
  {
    what: 'check',
    mode: 'check',
    probed: true,
    expected: { verdict: 'in-sync', changed: 'false', verified: 'true' },
  },
  {
    what: 'check with drift',
    mode: 'check',
    before: makeDrift,
    expected: { reason: 'drift', drift: 'true', changed: 'false' },
  },
  { what: 'destroy', mode: 'destroy', expected: { verdict: 'destroyed' } },
];

/** Plays all acts of a scene. What is not as expected is told, and the rest goes on: `destroy` above all. */
export async function runScene(context: SceneContext, scene: Scene): Promise<readonly string[]> {
  const { place } = context;
  const problems: string[] = [];
  for (const { what, mode, expected, probed, before, after } of ACTS) {
    const name = `${nameOf(scene)}: ${what}`;
    await before?.(context, scene);
    const inputs = { ...inputsOf(scene, place), ...(probed && probesOf(scene, place)) };
    const run = await runJob(context, { mode, identity: scene.identity, inputs });
    problems.push(...(await judge(place, { name, run, expected, probed: probed ?? false })));
    await after?.(context, scene);
  }
  return problems;
}
