/** Lists of AWS in the smallest pages, with an empty one after each: nothing is overlooked. */
import { describe, expect, test } from '@jest/globals';
import { associationsOf } from './support/associations.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { ROLE_NAME } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { type Inputs, type Run, useScene } from './support/scene.ts';

const IN_PAGES = { pageSize: 1, emptyPages: true };
const WHOLE = { pageSize: Number.POSITIVE_INFINITY, emptyPages: false };

const countOfLists = ({ calls }: Run): number =>
  calls.filter(({ action }) => action.startsWith('List')).length;

describe.each(sampled(MECHANISMS))('$identity', ({ identity }) => {
  const scene = useScene({ controlPlanes: 3, groups: 1 });
  const inputs = (mode: string): Inputs => ({ identity, mode, 'comment-on-pr': 'false' });
  const served = identity === 'irsa' ? 0 : 3;

  test('an apply from nothing, and nothing to do after it', async () => {
    Object.assign(scene.world.aws.settings, IN_PAGES);
    expect((await scene.succeed(inputs('apply'))).outputs['verified']).toBe('true');
    expect(associationsOf(scene)).toHaveLength(served);
    expect((await scene.succeed(inputs('apply'))).writes).toEqual([]);
  });

  test('policies of others on later pages are seen as on one', async () => {
    const { aws } = scene.world;
    const role = aws.iam.role(ROLE_NAME);
    if (role === undefined) throw new Error('there is no role');
    const [document = ''] = Object.values(role.inlinePolicies);
    role.inlinePolicies['zz-theirs'] = document;
    role.attachedPolicies.push(aws.iam.arn('policy/first'), aws.iam.arn('policy/second'));
    const inPages = await scene.run(inputs('check'));
    Object.assign(aws.settings, WHOLE);
    const whole = await scene.run(inputs('check'));
    expect(inPages.outputs['plan-digest']).toBe(whole.outputs['plan-digest']);
    expect(inPages.outputs['verdict']).toBe(whole.outputs['verdict']);
    for (const theirs of ['zz-theirs', 'policy/second']) expect(inPages.summary).toContain(theirs);
    expect(countOfLists(inPages)).toBeGreaterThan(countOfLists(whole));
  });

  test('a destroy takes all of ours away, and names what others have put on the role', async () => {
    Object.assign(scene.world.aws.settings, IN_PAGES);
    const run = await scene.run(inputs('destroy'));
    for (const theirs of ['zz-theirs', 'policy/second']) expect(run.log).toContain(theirs);
    expect(associationsOf(scene)).toEqual([]);
  });
});
