/** The wait for control planes that can't be served yet. */
import { describe, expect, test } from '@jest/globals';
import { awaitControlPlanes } from '../../src/apply/control-planes.ts';
import type { ChangeBy } from '../../src/model/change.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';
import type { State } from '../support/fake-state.ts';
import { host, START } from '../support/names.ts';
import { comingUp } from '../support/running.ts';
import { deployment, pod } from '../support/workloads.ts';

const waiting = (controlPlane: string): ChangeBy<'await-control-plane'> =>
  makeChange(
    {
      id: `control-plane/${controlPlane}`,
      action: 'wait',
      target: controlPlane,
      reason: '',
      severity: 'availability',
    },
    { op: 'await-control-plane', controlPlane },
  );

/** Waits for some control planes; `a` exists from the start. */
async function awaited(names: readonly string[], prepare: (state: State) => void, waitSeconds = 120) {
  const space = spaceOf({ a: 'irsa' });
  prepare(space.state);
  const outcomes = await awaitControlPlanes(names.map(waiting), contextOf(space, { waitSeconds }));
  return { outcomes, took: space.state.clock.now() - START };
}

const DONE = { status: 'done', wrote: false };

describe('a control plane that is waited for', () => {
  test('is ready once its controller runs', async () => {
    const { outcomes, took } = await awaited(['team-a/ctp-late'], (state) => comingUp(state, 'late'));
    expect(outcomes).toEqual([DONE]);
    // It gets its parts after a minute, and its controller comes up a few seconds later.
    expect(took).toBeGreaterThan(62_000);
    expect(took).toBeLessThan(80_000);
  });

  test('is not waited for when it is ready, or gone', async () => {
    const { outcomes, took } = await awaited(['team-a/ctp-a', 'team-a/ctp-gone'], () => undefined);
    expect({ outcomes, took }).toEqual({ outcomes: [DONE, DONE], took: 0 });
  });

  test('fails alone when its time is up, and says why', async () => {
    const names = ['team-a/ctp-a', 'team-a/ctp-late'];
    const { outcomes, took } = await awaited(names, (state) => comingUp(state, 'late'), 30);
    expect(outcomes).toMatchObject([
      DONE,
      {
        status: 'failed',
        wrote: false,
        failure: {
          reason: 'timed-out',
          details: {
            tried: 'wait for control plane team-a/ctp-late',
            said: 'it was not ready after 30 s: it has no ID yet',
            next: expect.stringContaining('`wait-timeout`'),
          },
        },
      },
    ]);
    expect(took).toBe(30_000);
  });

  test('is not ready while its controller is still coming up', async () => {
    const { outcomes } = await awaited(
      ['team-a/ctp-a'],
      (state) => (state.deployments = new Map([[host('a'), deployment('a', { availableReplicas: 0 })]])),
      10,
    );
    expect(outcomes[0]?.failure?.details.said).toBe(
      'it was not ready after 10 s: its controller is still coming up',
    );
  });

  test('whose new pods are refused fails after some seconds, with what was said, and alone', async () => {
    const said = 'exceeded quota: pods';
    const locked = deployment('a', { updatedReplicas: 0, availableReplicas: 0, refused: said });
    const { outcomes, took } = await awaited(
      ['team-a/ctp-a', 'team-a/ctp-late'],
      (state) => {
        state.deployments = new Map([[host('a'), locked]]);
        comingUp(state, 'late');
      },
      600,
    );
    expect(outcomes).toMatchObject([
      {
        status: 'failed',
        wrote: false,
        failure: {
          reason: 'rollout-failed',
          details: {
            tried: 'wait for control plane team-a/ctp-a',
            said: `Kubernetes lets no new pod in: ${said}`,
            next: expect.stringContaining(`the pod security of namespace ${host('a')}`),
          },
        },
      },
      DONE,
    ]);
    expect(took).toBeLessThan(80_000);
  });

  test('whose new pods are refused for a moment only is served', async () => {
    const { outcomes, took } = await awaited(
      ['team-a/ctp-a', 'team-a/ctp-late'],
      (state) => {
        const parts = { updatedReplicas: 0, availableReplicas: 0, refused: 'not yet' };
        state.deployments = new Map([[host('a'), deployment('a', parts)]]);
        state.clock.after(40_000, () => (state.deployments = new Map([[host('a'), deployment('a')]])));
        comingUp(state, 'late');
      },
      600,
    );
    expect(outcomes).toEqual([DONE, DONE]);
    expect(took).toBeLessThan(80_000);
  });

  test('says what its pods wait for, in its failure and before in a warning', async () => {
    const space = spaceOf({ a: 'irsa' });
    space.state.deployments = new Map([[host('a'), deployment('a', { availableReplicas: 0 })]]);
    const words = { waiting: 'ImagePullBackOff', waitingMessage: 'Back-off pulling image "x"' };
    space.state.pods = [pod('a', 'irsa', { ready: false, ...words })];
    const context = contextOf(space, { waitSeconds: 60 });
    const [outcome] = await awaitControlPlanes([waiting('team-a/ctp-a')], context);
    expect(outcome?.failure?.details.said).toBe(
      'it was not ready after 60 s: its controller is still coming up; pod external-secrets-a: ImagePullBackOff',
    );
    expect(space.warnings.filter((line) => line.includes('Back-off pulling image'))).toHaveLength(1);
  });

  test('is not held up by others, selected or not', async () => {
    const { outcomes, took } = await awaited(['team-a/ctp-a'], (state) => comingUp(state, 'other'));
    expect({ outcomes, took }).toEqual({ outcomes: [DONE], took: 0 });
  });
});
