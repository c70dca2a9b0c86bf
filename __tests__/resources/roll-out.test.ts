import { describe, expect, test } from '@jest/globals';
import type { RestartSpec } from '../../src/model/change.ts';
import { rollOut } from '../../src/resources/roll-out.ts';
import { association } from '../support/factories.ts';
import type { State } from '../support/fake-state.ts';
import { host, ROLE_ARN, SERVICE_ACCOUNT, START } from '../support/names.ts';
import { spaceOf, workshopOf } from '../support/workshop.ts';
import { deployment } from '../support/workloads.ts';

const target = (id: string, overrides: Partial<RestartSpec> = {}): RestartSpec => ({
  namespace: host(id),
  deployment: 'external-secrets',
  serviceAccount: SERVICE_ACCOUNT,
  expect: { identity: 'pod-identity', roleArn: ROLE_ARN },
  ...overrides,
});

async function rolled(
  ids: readonly string[],
  overrides: Partial<State> = {},
  targets = ids.map((id) => target(id)),
) {
  const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)), {
    associations: ids.map((id) => association(id)),
    ...overrides,
  });
  const workshop = await workshopOf(space, { identity: 'pod-identity', waitSeconds: 60 });
  const failures = await rollOut(targets, workshop);
  const restarts = space.writes.map((write) => (Array.isArray(write.args[0]) ? write.args[0].length : 0));
  return { space, workshop, failures, restarts };
}

describe('a restart', () => {
  test('is one call for all, and done when the new pods carry what they should', async () => {
    const { failures, restarts, workshop, space } = await rolled(['a', 'b']);
    expect(failures.size).toBe(0);
    expect(restarts).toEqual([2]);
    expect([...workshop.restarted]).toEqual([host('a'), host('b')]);
    expect(space.state.pods.map((pod) => pod.podIdentity)).toEqual([true, true]);
  });

  test('is done once more for those only that the webhook has missed', async () => {
    const { failures, restarts, space } = await rolled(['a', 'b'], { misses: new Map([[host('b'), 1]]) });
    expect(failures.size).toBe(0);
    expect(restarts).toEqual([2, 1]);
    expect(space.lines.join('\n')).toContain('1 controllers came up without the identity (round 1 of 3)');
  });

  test('gives up after three rounds', async () => {
    const { failures, restarts } = await rolled(['a'], { misses: new Map([[host('a'), 9]]) });
    expect(restarts).toEqual([1, 1, 1]);
    expect(failures.get(host('a'))).toMatchObject({ reason: 'rollout-failed' });
    expect(failures.get(host('a'))?.message).toContain('nothing was injected');
    expect(failures.get(host('a'))?.message).toContain('webhook');
  });

  test('that gets stuck fails alone, and is not tried again', async () => {
    const { failures, restarts, workshop } = await rolled(['a', 'b'], { stuck: new Set([host('a')]) });
    expect([...failures.keys()]).toEqual([host('a')]);
    expect(failures.get(host('a'))?.message).toContain('progress deadline');
    expect(restarts).toEqual([2]);
    expect(workshop.restarted.size).toBe(2);
  });

  test('that kubectl refuses is no restart, and says what kubectl said', async () => {
    const { failures, workshop } = await rolled(['a'], {
      deployments: new Map([[host('a'), deployment('a', { paused: true })]]),
    });
    expect(failures.get(host('a'))?.details.said).toBe(
      `the Deployment was not changed; kubectl said: can't restart paused deployment ${host('a')}`,
    );
    expect(workshop.restarted.size).toBe(0);
  });

  test('of a Deployment that is not there takes no longer than it may', async () => {
    const { failures, space } = await rolled(['a'], {}, [target('a', { deployment: 'another' })]);
    expect(failures.get(host('a'))).toMatchObject({ reason: 'timed-out' });
    expect(failures.get(host('a'))?.message).toContain('not complete after 60 s');
    expect(space.state.clock.now() - START).toBe(60_000);
  });
});

const begunAfter = async (identityChangedAt: number | undefined) => {
  const space = spaceOf({ a: 'nothing' }, { associations: [association('a')] });
  const workshop = { ...(await workshopOf(space)), identityChangedAt };
  let begun = 0;
  space.before = () => {
    begun = space.state.clock.now() - START;
  };
  await rollOut([target('a')], workshop);
  return begun;
};

describe('the settling time', () => {
  test('is what is left of ten seconds since the last change, and nothing without one', async () => {
    expect(await begunAfter(START)).toBe(10_000);
    expect(await begunAfter(START - 4_000)).toBe(6_000);
    expect(await begunAfter(START - 60_000)).toBe(0);
    expect(await begunAfter(undefined)).toBe(0);
  });
});
