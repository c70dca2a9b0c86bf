/** The Space on its way from one identity and isolation to another, as an apply with other inputs. */
import { judge } from './judge.ts';
import { inputsOf, nameOf, probesOf, type Scene } from './scene.ts';
import { recordWorld } from './readings.ts';
import { runJob, type SceneContext } from './scene-context.ts';

/** From nothing, there, back another way, and away. */
const WAY: readonly Scene[] = [
  { identity: 'irsa', isolation: 'role-policy' },
  { identity: 'pod-identity', isolation: 'session-policy' },
  { identity: 'pod-identity', isolation: 'role-policy' },
  { identity: 'irsa', isolation: 'none' },
];

export async function runMoves(context: SceneContext): Promise<readonly string[]> {
  const { place } = context;
  const problems: string[] = [];
  for (const [index, scene] of WAY.entries()) {
    const { identity } = scene;
    // The annotation goes by an upgrade of the release, which Pod Identity's own file does not allow.
    const leaves = WAY[index - 1]?.identity === 'irsa' && identity === 'pod-identity';
    const rightsOf = leaves ? ({ rightsOf: 'apply-irsa' } as const) : {};
    const inputs = { ...inputsOf(scene, place), ...probesOf(scene, place) };
    const run = await runJob(context, { mode: 'apply', identity, inputs, ...rightsOf });
    const name = `move ${index}: to ${nameOf(scene).replace('/', ' ')}`;
    const expected = { verdict: 'applied', changed: 'true', verified: 'true' };
    problems.push(...(await judge(place, { name, run, expected, probed: true })));
    await recordWorld(context, `${identity}/after-move-${index}`);
  }
  const inputs = inputsOf({ identity: 'irsa', isolation: 'none' }, place);
  const run = await runJob(context, { mode: 'destroy', identity: 'irsa', inputs });
  const last = { name: 'moves: destroy', run, expected: { verdict: 'destroyed' }, probed: false };
  return [...problems, ...(await judge(place, last))];
}
