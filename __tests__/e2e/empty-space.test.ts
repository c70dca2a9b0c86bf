/** A Space that has no control plane yet: what can be made is made, and what can be judged without one is. */
import { describe, expect, test } from '@jest/globals';
import { MECHANISMS } from './support/mechanisms.ts';
import { ROLE_NAME } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { useScene } from './support/scene.ts';
import { notPassed, verificationOf } from './support/verification.ts';

const OF_THE_SPACE = { irsa: ['permissions'], 'pod-identity': ['permissions', 'agent'] };

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 0 });
  const inputs = { identity, 'comment-on-pr': 'false' };

  test('apply is verified by role and agent, though IAM shows each change late, and the agent starts late', async () => {
    scene.world.aws.settings.staleReadsMs = 5_000;
    scene.world.aws.settings.agentStartMs = 15_000;
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    scene.world.aws.settings.staleReadsMs = 0;
    const { verified, checks } = verificationOf(run);
    expect(notPassed(run)).toEqual([]);
    expect(verified).toBe(true);
    expect(checks.map(({ controlPlane, namespace, check }) => [controlPlane, namespace, check])).toEqual(
      OF_THE_SPACE[identity].map((check) => ['', '', check]),
    );
  });

  test('a check sees when the role is not what it was', async () => {
    scene.world.aws.iam.attachRolePolicy(ROLE_NAME, 'arn:aws:iam::aws:policy/AdministratorAccess');
    const run = await scene.run({ ...inputs, mode: 'check', 'fail-on-drift': 'false' });
    expect(notPassed(run)).toEqual([' permissions: fail']);
    expect(run.outputs).toMatchObject({ verdict: 'drifted', verified: 'false' });
  });
});
