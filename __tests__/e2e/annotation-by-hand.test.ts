/** A service account that somebody has annotated by hand, which Spaces leaves as it is: by IRSA it is set right, by Pod Identity it does no harm. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { annotationsOf } from './support/cluster.ts';
import { changesOf } from './support/drift.ts';
import { ANNOTATION } from './support/release.ts';
import { roleArn } from './support/role.ts';
import { jsonOf, type Scene, useScene } from './support/scene.ts';
import { hostOf, ONE_AND_TWO } from './support/verification.ts';

const OTHER = 'arn:aws:iam::111122223333:role/by-hand';

async function annotateByHand(scene: Scene, value: string): Promise<void> {
  const account = ['serviceaccount', SERVICE_ACCOUNT, '--namespace', hostOf(scene, 'one')];
  await scene.world.kubectl(['annotate', ...account, '--overwrite', value]);
}

describe('irsa', () => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const apply = { identity: 'irsa', mode: 'apply', 'comment-on-pr': 'false' };
  const carried = async (name: 'one' | 'two') =>
    (await annotationsOf(scene, hostOf(scene, name)))[ANNOTATION];
  beforeAll(async () => void (await scene.succeed(apply)));

  test.each([
    ['names another role', `${ANNOTATION}=${OTHER}`],
    ['is gone', `${ANNOTATION}-`],
  ])('an annotation that %s is set right, and it is said', async (_what, value) => {
    await annotateByHand(scene, value);
    const run = await scene.succeed({ ...apply, 'wait-timeout': '20s' });
    expect(changesOf(run)).toEqual({ [`annotation/${hostOf(scene, 'one')}`]: 'wait availability' });
    expect(await carried('one')).toBe(roleArn(scene));
    expect(run.outputs).toMatchObject({ changed: 'true', verified: 'true', restarted: '[]' });
    expect(run.annotations.map(({ message }) => message).join('\n')).toContain(
      `so it was set there: ${hostOf(scene, 'one')}`,
    );
    const again = await scene.succeed(apply);
    expect(again.outputs).toMatchObject({ changed: 'false', 'change-count': '0' });
  });

  test('who sets the values himself is only waited for', async () => {
    await annotateByHand(scene, `${ANNOTATION}-`);
    await scene.fail('timed-out', { ...apply, annotate: 'none', 'wait-timeout': '5s' });
    expect(await carried('one')).toBeUndefined();
    await annotateByHand(scene, `${ANNOTATION}=${roleArn(scene)}`);
  });

  test('a removal takes it away where Spaces leaves it', async () => {
    await scene.succeed({ ...apply, mode: 'destroy', 'wait-timeout': '20s' });
    expect([await carried('one'), await carried('two')]).toEqual([undefined, undefined]);
  });
});

describe('pod-identity', () => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const inputs = { identity: 'pod-identity', 'comment-on-pr': 'false' };

  test('nobody waits for an annotation made by hand, pods are restarted all the same, and it is a warning', async () => {
    await annotateByHand(scene, `${ANNOTATION}=${OTHER}`);
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(jsonOf(run, 'restarted')).toEqual([hostOf(scene, 'one'), hostOf(scene, 'two')].toSorted());
    expect(run.outputs['verified']).toBe('true');
    expect(run.log).toContain(`${ANNOTATION} is still on 1 service account:`);
    const check = await scene.succeed({ ...inputs, mode: 'check' });
    expect(check.outputs).toMatchObject({ verdict: 'in-sync', 'change-count': '0' });
    expect(await annotationsOf(scene, hostOf(scene, 'one'))).toEqual({ [ANNOTATION]: OTHER });
  });
});
