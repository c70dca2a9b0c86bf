/** By either mechanism: a restart whose pods the cluster lets not in fails soon, with the reason, and takes nobody's pods away. */
import { describe, expect, test } from '@jest/globals';
import { controllerPods } from '../../sandbox/workload.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { sampled } from './support/sample.ts';
import { errorOf, jsonOf, useScene } from './support/scene.ts';
import { hostOf, ONE_AND_TWO } from './support/verification.ts';

const POD_SECURITY = 'pod-security.kubernetes.io/enforce';

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const apply = { identity, mode: 'apply', 'comment-on-pr': 'false' };
  const uids = async () =>
    (await controllerPods(scene, hostOf(scene, 'one'))).map(({ metadata }) => metadata?.uid);

  test('pod security refuses the new pods of one: it is told within seconds, and the other is served', async () => {
    const namespace = ['label', 'namespace', hostOf(scene, 'one')];
    await scene.world.kubectl([...namespace, `${POD_SECURITY}=restricted`]);
    const before = await uids();
    const run = await scene.fail('rollout-failed', apply);
    expect(errorOf(run)).toContain('Kubernetes lets no new pod in: ');
    expect(errorOf(run)).toContain('violates PodSecurity');
    expect(jsonOf(run, 'restarted')).toEqual(expect.arrayContaining([hostOf(scene, 'two')]));
    expect(await uids()).toEqual(before);
    await scene.world.kubectl([...namespace, `${POD_SECURITY}-`]);
  });

  test('once they are let in, a run is verified', async () => {
    const run = await scene.succeed(apply);
    expect(run.outputs['verified']).toBe('true');
  });
});
