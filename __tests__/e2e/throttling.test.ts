/** AWS and the API server ask for fewer calls: a run takes longer, ends well, and says so. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { ApiFront } from '../../sandbox/kubernetes/index.ts';
import { tooMany } from './support/bad-cluster.ts';
import { useFront } from './support/killing.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { sampled } from './support/sample.ts';
import { useScene } from './support/scene.ts';
import { notPassed } from './support/verification.ts';

const TEXT = 'this run was asked to slow down, and took longer for it: ';

/** The API server has no time, so often, to say which groups and kinds it has; any other question it answers. */
function refuseKinds(front: ApiFront, times: number): { readonly left: () => number } {
  let left = times;
  front.bend = (read, answer) => {
    if (read !== 'kube:get /apis' || left === 0) return answer;
    left -= 1;
    return tooMany();
  };
  return { left: () => left };
}

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 12, groups: 2 });
  const { front } = useFront(scene);
  afterEach(() => {
    front().bend = undefined;
  });
  const inputs = { identity, 'comment-on-pr': 'false', 'trust-scope': 'pattern' };

  test('five calls a second are enough, and the report says that they were few', async () => {
    scene.world.aws.settings.throttle = { eks: 5, iam: 5 };
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(notPassed(run)).toEqual([]);
    const check = await scene.succeed({ ...inputs, mode: 'check' });
    scene.world.aws.settings.throttle = {};
    expect(check.outputs['verdict']).toBe('in-sync');
    const refused = run.calls.filter(
      ({ outcome }) => outcome.startsWith('Thrott') || outcome === 'TooManyRequestsException',
    );
    expect(refused.length > 0).toBe(run.summary.includes(TEXT));
    // Associations are asked for one by one: more than five in the first second.
    if (identity === 'pod-identity')
      expect(run.summary).toMatch(/slow down, and took longer for it: .*EKS \d+ times?/);
  }, 600_000);

  test('a busy API server is asked again', async () => {
    front().busyFor = 12;
    const run = await scene.succeed({ ...inputs, mode: 'check' });
    expect(run.outputs['verdict']).toBe('in-sync');
    expect(run.summary).toMatch(/slow down, and took longer for it: Kubernetes \d+ times?/);
  });

  test.each([1, 2])(
    'kinds of resources that the API server has no time to name, %i times, are none that are missing',
    async (times) => {
      const refusals = refuseKinds(front(), times);
      const run = await scene.succeed({ ...inputs, mode: 'check' });
      expect(refusals.left()).toBe(0);
      expect(run.outputs['verdict']).toBe('in-sync');
      expect(run.summary).toMatch(/slow down, and took longer for it: Kubernetes \d+ times?/);
    },
  );

  test('a run that nobody slowed down says nothing of it', async () => {
    const run = await scene.succeed({ ...inputs, mode: 'check' });
    expect(run.summary).not.toContain(TEXT);
  });
});
