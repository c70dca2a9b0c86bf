/** By either mechanism: answers of IAM that are late fail no run, and no run overwrites what another has changed meanwhile. */
import { describe, expect, test } from '@jest/globals';
import { MECHANISMS } from './support/mechanisms.ts';
import { ROLE_NAME, roleOf } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { errorOf, useScene } from './support/scene.ts';
import { detailOf, hostOf, notPassed, ONE_AND_TWO } from './support/verification.ts';

describe.each(sampled(MECHANISMS))('$identity', ({ identity, trust }) => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const inputs = { identity, 'comment-on-pr': 'false' };
  const hosts = () => [hostOf(scene, 'one'), hostOf(scene, 'two')];

  test('the first apply is verified, though IAM shows each change five seconds late', async () => {
    scene.world.aws.settings.staleReadsMs = 5_000;
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(run.outputs['verified']).toBe('true');
  });

  test('an apply that changes policies alone is verified too: IAM is asked until it shows them', async () => {
    const { aws } = scene.world;
    aws.iam.setTrustPolicy(ROLE_NAME, trust(scene, hosts().slice(1)));
    const run = await scene.succeed({ ...inputs, mode: 'apply', 'secret-prefixes': 'prod/\nmore/' });
    aws.settings.staleReadsMs = 0;

    expect(run.writes).toEqual(['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy']);
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/one', 'permissions')).toContain('more/');
    expect(run.log).toContain('IAM does not show yet what this run has written');
  });

  test('a trust policy that another run changes after the plan is left to it', async () => {
    const { aws } = scene.world;
    aws.iam.setTrustPolicy(ROLE_NAME, trust(scene, hosts().slice(1)));
    const theirs = trust(scene, [...hosts(), 'mxp-three-system']);
    let looks = 0;
    // The second look is the one right before the write.
    aws.faults.add({
      action: 'iam:GetRole',
      error: { code: 'ServiceFailure', message: 'never', status: 500 },
      when: () => {
        looks += 1;
        if (looks === 2) aws.iam.setTrustPolicy(ROLE_NAME, theirs);
        return false;
      },
    });
    const run = await scene.fail('plan-changed', {
      ...inputs,
      mode: 'apply',
      'secret-prefixes': 'prod/\nmore/',
    });
    aws.faults.clear();

    expect(looks).toBeGreaterThanOrEqual(2);
    expect(errorOf(run)).toContain(`the trust policy of role ${ROLE_NAME} is not as it was`);
    expect(run.writes).toEqual([]);
    expect(run.outputs['changed']).toBe('false');
    expect(roleOf(scene).trustPolicy).toEqual(theirs);
  });
});
