/** The steps that the modes are made of: what is shown of a plan, what the gate asks, what is kept of an execution. */
import { describe, expect, test } from '@jest/globals';
import type { Blocker } from '../../src/model/change.ts';
import { Failure, type FailureReason } from '../../src/model/failure.ts';
import { passGate } from '../../src/flow/steps.ts';
import { outputs } from '../../src/report/outputs.ts';
import { spaceOf } from '../support/apply-context.ts';
import { association, config, intent } from '../support/factories.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { annotate } from '../support/fake-state.ts';
import { host, START } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { comingUp, runMode } from '../support/running.ts';
import { IRSA, PODS } from '../support/settled.ts';
import { pod, running } from '../support/workloads.ts';
import { desiredOf, placeOf } from '../support/world-of.ts';

async function settled(asked = IRSA): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing' });
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  return space;
}

const refusing = (reason: FailureReason) => async (): Promise<never> =>
  await Promise.reject(new Failure(reason, { tried: 'x', said: 'y', next: 'z' }));

describe('whether anything was written', () => {
  test.each<[string, () => Promise<FakeSpace>, string]>([
    ['nothing was to do', settled, 'false'],
    [
      'the first call was refused',
      async () => {
        const space = spaceOf({ a: 'nothing' });
        space.write.aws.createOidcProvider = refusing('access-denied');
        return await Promise.resolve(space);
      },
      'false',
    ],
    [
      'the first call has made its thing, and it was not seen in time',
      async () => {
        const space = spaceOf({ a: 'nothing' });
        space.write.aws.createOidcProvider = refusing('timed-out');
        return await Promise.resolve(space);
      },
      'true',
    ],
    [
      'Helm failed somewhere',
      async () => {
        const space = await settled();
        space.state.release = spaceOf({}).state.release;
        space.write.helm.upgrade = refusing('internal');
        return space;
      },
      'true',
    ],
    [
      'a restart failed somewhere',
      async () => {
        const space = await settled();
        space.state.pods = [pod('a', 'nothing')];
        space.write.kubernetes.restart = refusing('rollout-failed');
        return space;
      },
      'true',
    ],
    [
      'an annotation was waited for in vain and set',
      async () => {
        const space = await settled();
        annotate(space.state, host('a'), undefined);
        return space;
      },
      'true',
    ],
    [
      'an annotation was waited for in vain and could not be set',
      async () => {
        const space = await settled();
        annotate(space.state, host('a'), undefined);
        space.write.kubernetes.annotate = refusing('access-denied');
        return space;
      },
      'false',
    ],
    [
      'the job was cancelled while it waited',
      async () => {
        const space = await settled();
        annotate(space.state, host('a'), undefined);
        space.state.clock.after(10_000, () => space.state.clock.cancel());
        return space;
      },
      'false',
    ],
  ])('%s', async (_what, prepare, changed) => {
    const space = await prepare();
    const { record } = await runMode(space, 'apply', IRSA);
    expect(outputs(record, {})['changed']).toBe(changed);
  });
});

test('a plan is shown before anything is carried out: its lines, its warnings, when it was looked', async () => {
  const space = spaceOf({});
  const { record } = await runMode(space, 'plan', PODS);
  expect(space.lines[0]).toMatch(/^space-prod: \d+ to create/);
  expect(space.lines.at(-1)).toBe(`plan ${record.plan?.digest}`);
  expect(space.warnings).toEqual([expect.stringContaining('the Space has no control plane yet')]);
  expect(record.checkedAt).toBe(START);
});

test.each([
  ['two seconds ago: EKS is given the rest of its time', -2_000, 8_000],
  ['by a clock that is ahead: no more than all of it', 3_600_000, 10_000],
  ['an hour ago: at once', -3_600_000, 0],
])('before a restart, an association that somebody else changed %s', async (_when, ago, pauseMs) => {
  const changed = { associations: [association('a', { modifiedAt: START + ago })] };
  const space = spaceOf({ a: 'pod-identity' }, changed);
  let restartedAt: number | undefined;
  space.before = ({ call }) => {
    if (call === 'restart') restartedAt ??= space.state.clock.now();
  };
  await runMode(space, 'apply', intent({ identity: 'pod-identity', restart: 'always' }));
  expect(restartedAt).toBe(START + pauseMs);
});

test('what a second pass adds to the plan is shown too, and the digest stays that of the plan', async () => {
  const space = spaceOf({ a: 'nothing' });
  comingUp(space.state, 'late');
  const { digest } = (await runMode(space, 'plan', PODS)).record.plan ?? {};
  const { record } = await runMode(space, 'apply', PODS, { expectedPlan: digest });
  const added = record.plan?.changes.filter(({ address }) => address.endsWith(' (second pass)')) ?? [];
  expect(added.map(({ id }) => id)).toEqual([
    'role/trust-policy',
    `association/${host('late')}`,
    `restart/${host('late')}`,
  ]);
  for (const { id } of added) expect(space.lines.some((line) => line.includes(` ${id}`))).toBe(true);
  expect(record.plan?.digest).toBe(digest);
});

describe('the gate', () => {
  const asked = intent({ identity: 'pod-identity' });
  const plan = planFor(asked, running({ a: 'nothing' }));

  function gate(expectedPlan?: string, blockers: readonly Blocker[] = []) {
    const space = spaceOf({});
    const searched: string[] = [];
    const passed = passGate(
      { ...plan, blockers },
      {
        config: config({ intent: asked, expectedPlan }),
        place: placeOf(asked),
        desired: desiredOf(asked),
        read: space.read,
        makeWriters: () => space.write,
        findReviewed: async (digest) => {
          searched.push(digest);
          return await Promise.resolve({ role: 'create 0badc0de' });
        },
      },
    );
    return { passed, searched };
  }

  test.each([undefined, plan.digest])('lets a plan pass that is the one expected (%s)', async (expected) => {
    const { passed, searched } = gate(expected);
    await expect(passed).resolves.toBeUndefined();
    expect(searched).toEqual([]);
  });

  test('looks for the reviewed plan of another digest, and tells the difference', async () => {
    const { passed, searched } = gate('sha256:another');
    await expect(passed).rejects.toMatchObject({ reason: 'plan-changed' });
    await expect(passed).rejects.toThrow('! create role: ');
    expect(searched).toEqual(['sha256:another']);
  });

  test('refuses what is blocked, with the reviewed digest too', async () => {
    const blocked = { reason: 'not-owned', target: 'x', message: 'y', next: 'Ask.' } as const;
    const { passed } = gate(plan.digest, [blocked]);
    await expect(passed).rejects.toMatchObject({ reason: 'not-owned' });
  });
});
