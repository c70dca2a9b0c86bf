/** Restarts begin when new pods would come as they should, and not before. */
import { describe, expect, test } from '@jest/globals';
import { restartWhenKnown } from '../../src/apply/when-known.ts';
import type { Forecast, PodSample } from '../../src/model/evidence.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Restart } from '../../src/model/write.ts';
import { contextOf, spaceOf } from '../support/apply-context.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { setAssociations } from '../support/fake-state.ts';
import { association } from '../support/factories.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';

const restartOf = (id: string): Restart => ({
  op: 'restart',
  namespace: host(id),
  deployment: 'external-secrets',
  serviceAccount: SERVICE_ACCOUNT,
  expect: { kind: 'with-role', identity: 'pod-identity', roleArn: ROLE_ARN },
});

type Forecasting = (samples: readonly PodSample[]) => Promise<ReadonlyMap<string, Forecast>>;

interface Scene {
  readonly ids?: readonly string[];
  /** Milliseconds before the restart; undefined: nothing was changed. */
  readonly changedAgo?: number;
  readonly forecast?: Forecasting;
  readonly unseen?: readonly string[];
  readonly waitSeconds?: number;
  readonly prepare?: (space: FakeSpace) => void;
}

async function restarted({ ids = ['a'], changedAgo, forecast, unseen, waitSeconds = 600, prepare }: Scene) {
  const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
  prepare?.(space);
  const asked: number[] = [];
  const context = contextOf(space, { waitSeconds });
  const { kubernetes } = space.read;
  const read = {
    ...space.read,
    kubernetes: {
      ...kubernetes,
      forecast: async (samples: readonly PodSample[]) => {
        asked.push(samples.length);
        return await (forecast === undefined ? kubernetes.forecast(samples) : forecast(samples));
      },
    },
  };
  if (changedAgo !== undefined) context.progress.identityChangedAt = START - changedAgo;
  for (const namespace of unseen ?? []) context.progress.unseen.add(namespace);
  const begun: [seconds: number, count: number][] = [];
  space.before = ({ args: [targets] }) => {
    if (Array.isArray(targets)) begun.push([(space.state.clock.now() - START) / 1000, targets.length]);
  };
  const restarts = ids.map((id) => restartOf(id));
  const { said, left } = await restartWhenKnown(restarts, [...space.state.deployments.values()], {
    ...context,
    read,
  });
  const failures = [...left].map(([{ namespace }, { reason, details }]) => [namespace, reason, details.said]);
  return { space, begun, asked, said, left: failures };
}

const nothing: Forecasting = async () => await Promise.resolve(new Map());
const refused: Forecasting = async (samples) =>
  await Promise.resolve(
    new Map(samples.map(({ namespace }) => [namespace, { kind: 'refused', said: 'no such image' }])),
  );

/** Both have their association; what the webhook knows of it comes after so many milliseconds (2 s in the fake). */
const associate =
  (...ids: readonly string[]) =>
  (space: FakeSpace): void =>
    setAssociations(
      space.state,
      ids.map((id) => association(id)),
    );

/** Three seconds from now. */
function associateLate({ state }: FakeSpace): void {
  state.clock.after(3_000, () => setAssociations(state, [association('a')]));
}

describe('with a dry run', () => {
  test('a restart begins as soon as the webhook knows, not after a fixed time', async () => {
    const { begun, left } = await restarted({ changedAgo: 0, prepare: associate('a') });
    expect(begun).toHaveLength(1);
    expect(begun[0]?.[0]).toBeLessThan(10);
    expect(left).toEqual([]);
  });

  test('what an earlier run has changed a moment ago is waited for too', async () => {
    const { begun, left } = await restarted({
      prepare: ({ state }) => state.clock.after(20_000, () => setAssociations(state, [association('a')])),
    });
    expect(begun).toHaveLength(1);
    expect(begun[0]?.[0]).toBeGreaterThanOrEqual(20);
    expect(left).toEqual([]);
    expect((await restarted({})).left).toHaveLength(1);
  });

  test('one that is known does not wait for another', async () => {
    const { begun } = await restarted({
      ids: ['a', 'b'],
      changedAgo: 0,
      prepare: (space) => {
        associate('a')(space);
        space.state.clock.after(20_000, () => associate('a', 'b')(space));
      },
    });
    expect(begun.map(([, count]) => count)).toEqual([1, 1]);
    expect(begun[0]?.[0]).toBeLessThan(10);
    expect(begun[1]?.[0]).toBeGreaterThanOrEqual(20);
  });

  test('a controller whose new pods would come without it is not restarted at all', async () => {
    const { begun, left, space } = await restarted({ changedAgo: 0 });
    expect(begun).toEqual([]);
    expect(left).toEqual([
      [
        host('a'),
        'rollout-failed',
        "a new pod would not come as it should (nothing was injected: it falls back to the node's role), also after 60 s of waiting, so it was not restarted; its pods go on",
      ],
    ]);
    expect(space.lines.filter((line) => line.startsWith('waiting until new pods'))).toHaveLength(1);
  });

  test('nobody waits for it longer than `wait-timeout`', async () => {
    const { left } = await restarted({ changedAgo: 0, waitSeconds: 20 });
    expect(left[0]?.[2]).toContain('also after 20 s of waiting');
  });

  test('where the change is long ago, it is tried for ten seconds, and left alone all the same', async () => {
    const { begun, left } = await restarted({ changedAgo: 300_000 });
    expect(begun).toEqual([]);
    expect(left[0]?.[2]).toContain('also after 10 s of waiting');
    expect((await restarted({ changedAgo: 300_000, prepare: associateLate })).begun).toHaveLength(1);
  });

  test('where nobody waits, it is tried once', async () => {
    const { asked, left } = await restarted({ changedAgo: 300_000, waitSeconds: 0 });
    expect(asked).toEqual([1]);
    expect(left[0]?.[2]).toMatch(/^a new pod would not come as it should \([^)]*\), so it was not restarted/);
  });

  test('a hundred are asked about at a time, and begin before the next hundred is', async () => {
    const ids = Array.from({ length: 150 }, (_, n) => `n${n}`);
    const { read } = spaceOf({}, { associations: ids.map((id) => association(id)) });
    const ready: Forecasting = async (samples) => await read.kubernetes.forecast(samples);
    const { asked, begun } = await restarted({ ids, changedAgo: 0, forecast: ready });
    expect(asked).toEqual([100, 50]);
    expect(begun.map(([, count]) => count)).toEqual([100, 50]);
  });

  test('what kubectl says of several calls is said once', async () => {
    const { said } = await restarted({
      ids: ['a', 'b'],
      changedAgo: 0,
      forecast: refused,
      prepare: ({ state }) => {
        state.deployments = new Map();
      },
    });
    expect(said).toBe(`deployments "${host('a')}" not found; deployments "${host('b')}" not found`);
  });
});

describe('without a dry run', () => {
  test.each<[string, Forecasting]>([
    ['the job may not make pods', nothing],
    ['the cluster refuses the sample', refused],
    ['the call fails', async () => await Promise.reject(new Error('no'))],
  ])('%s: what is left of ten seconds since the change is waited for', async (_why, forecast) => {
    expect((await restarted({ forecast, changedAgo: 0 })).begun).toEqual([[10, 1]]);
    expect((await restarted({ forecast, changedAgo: 4_000 })).begun).toEqual([[6, 1]]);
    expect((await restarted({ forecast, changedAgo: 60_000 })).begun).toEqual([[0, 1]]);
    // The clock of EKS may be ahead.
    expect((await restarted({ forecast, changedAgo: -30_000 })).begun).toEqual([[10, 1]]);
  });

  test.each<[string, Forecasting, string]>([
    ['may not be', nothing, 'in 2 namespaces: the job may not create pods there, not even in a dry run'],
    ['are refused', refused, 'in 2 namespaces: the cluster refuses them: no such image'],
  ])('that pods %s tried is said once', async (_what, forecast, said) => {
    const { space } = await restarted({ ids: ['a', 'b'], forecast, changedAgo: 0 });
    expect(space.lines.filter((line) => line.includes('could not be tried'))).toEqual([
      `new pods could not be tried ${said}`,
    ]);
  });

  test('that they could not be asked about is said, too', async () => {
    const throttled = new Failure('throttled', { tried: 'try new pods', said: 'busy', next: 'Wait.' });
    const { space } = await restarted({ forecast: async () => await Promise.reject(throttled) });
    expect(space.lines).toContain(throttled.message);
  });

  test('nobody is asked twice of whom nothing is told', async () => {
    const { asked } = await restarted({ forecast: nothing, changedAgo: 0 });
    expect(asked.filter((count) => count > 0)).toEqual([1]);
  });

  test('what a pod does not show is not asked: another role of the same association', async () => {
    const { asked, begun } = await restarted({ changedAgo: 0, unseen: [host('a')], prepare: associate('a') });
    expect(asked.every((count) => count === 0)).toBe(true);
    expect(begun).toEqual([[10, 1]]);
  });

  test('nothing is waited for where this run has changed nothing', async () => {
    const { begun, asked } = await restarted({ forecast: nothing });
    expect([begun, asked]).toEqual([[[0, 1]], [1]]);
  });
});

test('a cancelled job restarts nothing', async () => {
  const cancelled = new Failure('cancelled', { tried: 'x', said: 'y', next: 'z' });
  const forecast: Forecasting = async () => await Promise.reject(cancelled);
  await expect(restarted({ changedAgo: 0, forecast })).rejects.toBe(cancelled);
});
