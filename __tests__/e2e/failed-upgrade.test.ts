/** An upgrade of the Space by this action that fails when it has reached the cluster: what no deployed revision knows of is not forgotten. */
import { describe, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { annotationsOf, helmHistory, helmValues, hostsOf, injectedIn } from './support/cluster.ts';
import { none } from './support/identity.ts';
import { useFront } from './support/killing.ts';
import { ANNOTATION } from './support/release.ts';
import { ROLE_NAME, roleArn } from './support/role.ts';
import { type Inputs, type Run, useScene } from './support/scene.ts';

const inputs = (mode: string, identity = 'irsa'): Inputs => ({ mode, identity, 'comment-on-pr': 'false' });

describe('IRSA', () => {
  const scene = useScene({ controlPlanes: 1, groups: 1, controllerSettings: { propagationMs: 500 } });
  const { front } = useFront(scene);

  /** Helm has changed the Space's settings, and is cancelled before it has seen that all is well. */
  async function failAfterwards(mode: string): Promise<Run> {
    const cancel = new AbortController();
    front().gate = async (write, moment) => {
      if (write === 'kube:patch configmaps' && moment === 'after') cancel.abort();
      await Promise.resolve();
    };
    try {
      return await scene.run(inputs(mode), { signal: cancel.signal });
    } finally {
      front().gate = undefined;
    }
  }
  const last = async () => (await helmHistory(scene)).at(-1)?.status;
  const annotations = async () =>
    (await Promise.all(hostsOf(scene).map((host) => annotationsOf(scene, host)))).map(
      (all) => all[ANNOTATION],
    );
  /** Spaces carries a change of its settings on to the control planes a moment later; nobody waits for that once a run is cancelled. */
  const untilAnnotated = async (role: string | undefined): Promise<void> =>
    await waitFor({
      what: `the annotation to be ${role ?? 'gone'}`,
      timeoutMs: 60_000,
      check: async () => (await annotations()).every((value) => value === role),
    });

  test('the annotation that came with it is seen by a plan of the other mechanism', async () => {
    const run = await failAfterwards('apply');
    expect(run.outputs['failure-reason']).toBe('cancelled');
    expect(await last()).toBe('failed');
    await untilAnnotated(roleArn(scene));
    const plan = await scene.succeed(inputs('plan', 'pod-identity'));
    expect(plan.summary).toContain('<code>helm/annotation</code>');
    expect(plan.summary).toContain('begun by a run of this action, failed');
  });

  test('a destroy takes it out', async () => {
    await scene.succeed(inputs('destroy'));
    expect(await annotations()).toEqual([undefined]);
    expect(await last()).toBe('deployed');
    expect(JSON.stringify(await helmValues(scene))).not.toContain(roleArn(scene));
    expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
    expect(await injectedIn(scene, hostsOf(scene))).toEqual([none]);
  });

  test('and one that fails itself is made good by the next apply', async () => {
    expect((await scene.succeed(inputs('apply'))).outputs['verified']).toBe('true');
    const run = await failAfterwards('destroy');
    expect(run.outputs['failure-reason']).toBe('cancelled');
    expect(await last()).toBe('failed');
    await untilAnnotated(undefined);
    await scene.fail('drift', inputs('check'));
    expect((await scene.succeed(inputs('apply'))).outputs['verified']).toBe('true');
    expect(await annotations()).toEqual([roleArn(scene)]);
    expect((await scene.succeed(inputs('plan'))).outputs['change-count']).toBe('0');
  });
});
