/** Restarts that are looked at, and done again where the webhook missed a pod. */
import { describe, expect, test } from '@jest/globals';
import { restartAll } from '../../src/apply/restart-loop.ts';
import type { Restart } from '../../src/model/write.ts';
import { association } from '../support/factories.ts';
import type { State } from '../support/fake-state.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';
import { rollOut } from '../support/fake-kubernetes.ts';
import { deployment, pod } from '../support/workloads.ts';

const restartOf = (id: string, overrides: Partial<Restart> = {}): Restart => ({
  op: 'restart',
  namespace: host(id),
  deployment: 'external-secrets',
  serviceAccount: SERVICE_ACCOUNT,
  expect: { kind: 'with-role', identity: 'pod-identity', roleArn: ROLE_ARN },
  ...overrides,
});

async function restarted(
  ids: readonly string[],
  overrides: Partial<State> = {},
  restarts = ids.map((id) => restartOf(id)),
) {
  const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)), {
    associations: ids.map((id) => association(id)),
    ...overrides,
  });
  const context = contextOf(space, { identity: 'pod-identity', waitSeconds: 60 });
  const failed = await restartAll(restarts, context);
  const failures = new Map([...failed].map(([{ namespace }, failure]) => [namespace, failure]));
  const calls = space.writes.map((write) => (Array.isArray(write.args[0]) ? write.args[0].length : 0));
  return { space, progress: context.progress, failures, restarts: calls };
}

describe('a restart', () => {
  test('is one call for all, and done when the new pods carry what they should', async () => {
    const { failures, restarts, progress, space } = await restarted(['a', 'b']);
    expect(failures.size).toBe(0);
    expect(restarts).toEqual([2]);
    expect([...progress.restarted]).toEqual([host('a'), host('b')]);
    expect(space.state.pods.map(({ podIdentity }) => podIdentity)).toEqual([true, true]);
  });

  test('is done once more for those only that the webhook has missed', async () => {
    const { failures, restarts, space } = await restarted(['a', 'b'], { misses: new Map([[host('b'), 1]]) });
    expect(failures.size).toBe(0);
    expect(restarts).toEqual([2, 1]);
    expect(space.lines.join('\n')).toContain('1 controller came up without the identity (round 1 of 3)');
  });

  test('does not look at pods that others have made under the same service account', async () => {
    const { replicaSet: _none, ...debugging } = pod('a', 'nothing', { name: 'debugging', uid: 'debugging' });
    const ofSecond = pod('a', 'nothing', { name: 'second', uid: 'second', replicaSet: 'second-1' });
    const { failures, restarts } = await restarted(['a'], {
      pods: [pod('a', 'nothing'), debugging, ofSecond],
    });
    expect([failures.size, restarts]).toEqual([0, [1]]);
  });

  test('that is to take the role away names who gives it again, and not a webhook that does not work', async () => {
    const gone = { kind: 'without-role', roleArns: [ROLE_ARN], othersAssociation: false } as const;
    const { failures } = await restarted(['a'], {}, [restartOf('a', { expect: gone })]);
    const next = failures.get(host('a'))?.details.next;
    expect(next).toMatch(/still injects\. See what gives the role again: an annotation .* or an association/);
    expect(next).not.toContain('did not inject');
  });

  test('does not wait for a Deployment that was deleted meanwhile', async () => {
    const space = spaceOf(
      { a: 'nothing', b: 'nothing' },
      { associations: [association('a'), association('b')] },
    );
    const context = contextOf(space, { identity: 'pod-identity', waitSeconds: 600 });
    space.before = () => {
      space.state.deployments = new Map([...space.state.deployments].filter(([name]) => name !== host('a')));
      space.state.pods = space.state.pods.filter(({ namespace }) => namespace !== host('a'));
    };
    const failed = await restartAll([restartOf('a'), restartOf('b')], context);
    expect([...failed.values()].map(({ message }) => message)).toEqual([
      expect.stringMatching(/the Deployment does not exist any more.*deleted\?/s),
    ]);
    expect([...context.progress.restarted]).toEqual([host('b')]);
    expect(space.state.clock.now() - START).toBeLessThan(60_000);
  });

  test('waits for one that is installed anew meanwhile', async () => {
    const space = spaceOf({ a: 'nothing' }, { associations: [association('a')] });
    const { clock } = space.state;
    space.before = () => {
      space.state.deployments = new Map();
      clock.after(20_000, () => {
        space.state.deployments = new Map([
          [host('a'), deployment('a', { generation: 2, observedGeneration: 2 })],
        ]);
        space.state.pods = [pod('a', 'pod-identity', { uid: 'new' })];
      });
    };
    const context = contextOf(space, { identity: 'pod-identity', waitSeconds: 600 });
    expect((await restartAll([restartOf('a')], context)).size).toBe(0);
  });

  test('gives up after three rounds', async () => {
    const { failures, restarts } = await restarted(['a'], { misses: new Map([[host('a'), 9]]) });
    expect(restarts).toEqual([1, 1, 1]);
    expect(failures.get(host('a'))).toMatchObject({ reason: 'rollout-failed' });
    expect(failures.get(host('a'))?.message).toContain('nothing was injected');
    expect(failures.get(host('a'))?.message).toContain('webhook');
  });

  test('that gets stuck fails alone, and is not tried again', async () => {
    const { failures, restarts, progress } = await restarted(['a', 'b'], { stuck: new Set([host('a')]) });
    expect([...failures.keys()]).toEqual([host('a')]);
    expect(failures.get(host('a'))?.message).toContain('progress deadline');
    expect(restarts).toEqual([2]);
    expect(progress.restarted.size).toBe(2);
  });

  test('whose pods are refused fails after some seconds, with what was said, and alone', async () => {
    const said = 'pods "external-secrets-2-x" is forbidden: violates PodSecurity "restricted:latest"';
    const { failures, restarts, space } = await restarted(['a', 'b'], {
      refused: new Map([[host('a'), said]]),
    });
    expect([...failures.keys()]).toEqual([host('a')]);
    expect(failures.get(host('a'))).toMatchObject({
      reason: 'rollout-failed',
      details: { said: `Kubernetes lets no new pod in: ${said}; the old pods go on` },
    });
    expect(restarts).toEqual([2]);
    expect(space.state.clock.now() - START).toBeLessThan(40_000);
  });

  test('whose pods are refused for a moment only goes on', async () => {
    const space = spaceOf(
      { a: 'nothing' },
      { associations: [association('a')], refused: new Map([[host('a'), 'no']]) },
    );
    const { clock } = space.state;
    clock.after(9_000, () => {
      space.state.refused = new Map();
      const { refused: _gone, ...rest } = space.state.deployments.get(host('a')) ?? deployment('a');
      space.state.deployments = new Map([[host('a'), rest]]);
      rollOut(space.state, host('a'));
    });
    expect((await restartAll([restartOf('a')], contextOf(space, { waitSeconds: 60 }))).size).toBe(0);
  });

  test('that is too slow or stuck says what its pods wait for', async () => {
    const waiting = pod('a', 'pod-identity', { name: 'new', waiting: 'ImagePullBackOff' });
    const associations = [association('a'), association('b')];
    const deployments = new Map([[host('a'), deployment('a', { paused: true, availableReplicas: 0 })]]);
    const slow = await restarted(['b'], { pods: [waiting], associations, deployments }, [restartOf('a')]);
    expect(slow.failures.get(host('a'))?.details.said).toContain(
      'it was not complete after 60 s; pod new: ImagePullBackOff',
    );
    const stuck = await restarted(['a'], { pods: [waiting], stuck: new Set([host('a')]) });
    expect(stuck.failures.get(host('a'))?.details.said).toBe(
      'the Deployment exceeded its progress deadline; pod new: ImagePullBackOff',
    );
  });

  test('whose new pods do not start is warned of at once, and what old pods do is not', async () => {
    const words = { waiting: 'ErrImagePull', waitingMessage: 'not found: registry/image:tag' };
    const associations = [association('a')];
    const space = spaceOf({ a: 'nothing' }, { associations, stuck: new Set([host('a')]) });
    space.state.pods = [pod('a', 'nothing', { name: 'old', waiting: 'CrashLoopBackOff' })];
    space.state.clock.after(2_000, () => {
      space.state.pods = space.state.pods.map((one) => (one.uid === 'uid-a' ? one : { ...one, ...words }));
    });
    await restartAll([restartOf('a')], contextOf(space, { waitSeconds: 60 }));
    const said = space.warnings.filter((line) => line.includes('does not start'));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('ErrImagePull, not found: registry/image:tag');
  });

  test('that kubectl refuses is no restart, and says what kubectl said', async () => {
    const { failures, progress } = await restarted(['a'], {
      deployments: new Map([[host('a'), deployment('a', { paused: true })]]),
    });
    expect(failures.get(host('a'))?.details.said).toBe(
      `the Deployment was not changed; kubectl said: can't restart paused deployment ${host('a')}`,
    );
    expect(progress.restarted.size).toBe(0);
  });

  test('of a Deployment that does not exist takes no longer than it may', async () => {
    const { failures, space } = await restarted(['a'], {}, [restartOf('a', { deployment: 'another' })]);
    expect(failures.get(host('a'))).toMatchObject({ reason: 'rollout-failed' });
    expect(failures.get(host('a'))?.message).toContain('the Deployment does not exist any more');
    expect(space.state.clock.now() - START).toBeLessThan(60_000);
  });
});

describe('Deployments that change beside the run', () => {
  test('fail by themselves: another one of the same namespace is done', async () => {
    const space = spaceOf({ a: 'nothing' }, { associations: [association('a')] });
    const [own, another] = [restartOf('a'), restartOf('a', { deployment: 'another' })];
    const failures = await restartAll([own, another], contextOf(space, { waitSeconds: 60 }));
    expect([...failures.keys()]).toEqual([another]);
    expect(failures.get(another)?.message).toContain(`${host('a')}/another`);
  });

  test('are looked at right before each round: what others did in a pause is no restart of ours', async () => {
    const space = spaceOf(
      { a: 'nothing' },
      { associations: [association('a')], misses: new Map([[host('a'), 1]]) },
    );
    const { state } = space;
    state.clock.after(15_000, () => {
      const current = state.deployments.get(host('a')) ?? deployment('a');
      const generation = current.generation + 1;
      const changed = { ...current, generation, observedGeneration: generation, paused: true };
      state.deployments = new Map([[host('a'), changed]]);
    });
    const own = restartOf('a');
    const failures = await restartAll([own], contextOf(space, { waitSeconds: 60 }));
    expect(space.writes).toHaveLength(2);
    expect(failures.get(own)?.details.said).toBe(
      `the Deployment was not changed; kubectl said: can't restart paused deployment ${host('a')}`,
    );
  });
});
