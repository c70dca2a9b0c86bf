/** `apply` in the in-memory world. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../src/model/config.ts';
import { Failure } from '../src/model/failure.ts';
import { rollOut } from './support/fake-kubernetes.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { annotationOf } from './support/fake-helm.ts';
import { association, intent, role } from './support/factories.ts';
import { host, ROLE_ARN, uuid } from './support/names.ts';
import { annotate } from './support/fake-state.ts';
import { comingUp, type Ran, runMode } from './support/running.ts';
import { spaceOf } from './support/apply-context.ts';
import { deployment } from './support/workloads.ts';

const IRSA = intent();
const PODS = intent({ identity: 'pod-identity' });
/** By the id of the change; two of one id here would hide one another. */
const statuses = ({ record }: Ran): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (record.plan?.changes ?? []).map(({ id, address }) => [id, record.outcomes.get(address)?.status ?? '']),
  );

async function settled(asked: Intent = PODS): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  space.writes.length = 0;
  return space;
}

const createAssociation = async () =>
  await Promise.reject(new Failure('throttled', { tried: 'create', said: 'Rate exceeded', next: 'Wait.' }));

describe('apply', () => {
  test.each([IRSA, PODS])('gives every control plane its identity and proves it (%#)', async (asked) => {
    const space = spaceOf({ a: 'nothing', b: 'other-irsa' });
    const { record, failure } = await runMode(space, 'apply', asked);
    expect(failure).toBeUndefined();
    expect(record.verdict).toBe('applied');
    expect([...record.restarted].toSorted()).toEqual([host('a'), host('b')]);
    expect(new Set(Object.values(statuses({ record, failure })))).toEqual(new Set(['done']));
    expect(record.checks?.filter((check) => check.status === 'fail')).toEqual([]);
    expect(record.after).toBeDefined();
  });

  test('moves between the mechanisms and back', async () => {
    const space = await settled(IRSA);
    for (const asked of [PODS, IRSA, PODS])
      expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
    expect(annotationOf(space.state)).toBeUndefined();
    expect(space.state.pods.map(({ podIdentity, irsaRoleArn }) => [podIdentity, irsaRoleArn])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });

  test('refuses what can not be carried out, before any write', async () => {
    const space = spaceOf(
      Object.fromEntries(Array.from({ length: 17 }, (_, n) => [uuid(n), 'nothing'] as const)),
    );
    const { record, failure } = await runMode(space, 'apply', IRSA);
    expect(failure).toMatchObject({ reason: 'quota-exceeded' });
    expect([space.writes, record.outcomes.size]).toEqual([[], 0]);
  });

  test('a chart that can not be had is known before any write; without an upgrade nobody asks', async () => {
    const space = spaceOf({ a: 'nothing' });
    const unavailable = { tried: 'pull chart', said: 'refused', next: 'Give credentials.' };
    space.write.helm.prepare = async (_intent, deployed) => {
      expect(deployed).toEqual({ name: 'spaces', version: '1.17.1' });
      return await Promise.reject(new Failure('chart-unavailable', unavailable));
    };
    const { record, failure } = await runMode(space, 'apply', IRSA);
    expect(failure).toMatchObject({ reason: 'chart-unavailable' });
    expect([space.writes, record.outcomes.size, record.verdict]).toEqual([[], 0, undefined]);
    expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  });

  test('refuses another plan than the reviewed one, before any write', async () => {
    const space = spaceOf({ a: 'nothing' });
    const { record } = await runMode(space, 'plan', PODS);
    const expectedPlan = record.plan?.digest ?? '';
    space.state.addOn = undefined;
    const { failure } = await runMode(space, 'apply', PODS, { expectedPlan });
    expect(failure).toMatchObject({ reason: 'plan-changed' });
    expect(failure?.message).toContain('create agent');
    expect(space.writes).toEqual([]);
    space.state.addOn = { version: 'v1', status: 'ACTIVE', issues: [] };
    expect((await runMode(space, 'apply', PODS, { expectedPlan })).failure).toBeUndefined();
  });

  test('says what failed, how much more, and what was not attempted', async () => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' });
    space.write.aws.createAssociation = createAssociation;
    const ran = await runMode(space, 'apply', PODS);
    expect(ran.failure).toMatchObject({ reason: 'throttled' });
    expect(ran.failure?.details.said).toBe(
      `Rate exceeded; 1 more failed; not attempted: restart/${host('a')}, restart/${host('b')}`,
    );
    expect(ran.record.verdict).toBeUndefined();
    expect(ran.record.after?.iam.role).toBeDefined();
  });

  test('names no more than eight of many', async () => {
    const space = spaceOf(
      Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`c${n}`, 'nothing'] as const)),
    );
    space.fault = { nth: 1, when: 'before' };
    const { failure } = await runMode(space, 'apply', PODS);
    expect(failure?.details.said).toMatch(/not attempted: role\/access-policy, .* and 17 more$/);
  });

  test('does not hide what failed when it can not look again', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.fault = { nth: 1, when: 'before' };
    space.before = () => {
      space.read.helm.release = async () => await Promise.reject(new TypeError('gone'));
    };
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure?.message).toContain('createRole failed as told');
    expect(space.warnings.join('\n')).toContain('could not look again');
    expect([record.after, record.checks]).toEqual([undefined, undefined]);
  });

  test('does not hide what failed when the verification can not be made', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.fault = { nth: 2, when: 'before' };
    space.read.aws.simulate = async () => await Promise.reject(new TypeError('gone'));
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure?.message).toContain('failed as told');
    expect(space.warnings.join('\n')).toContain('could not look again: look at the world: TypeError: gone');
    expect([record.after?.iam.role?.arn, record.checks]).toEqual([ROLE_ARN, undefined]);
  });

  test('fails when it has done all and can not look again', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.before = ({ call }) => {
      if (call === 'restart')
        space.read.helm.release = async () =>
          await Promise.reject(new Failure('access-denied', { tried: 'look', said: 'no', next: 'Ask.' }));
    };
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure).toMatchObject({ reason: 'access-denied' });
    expect(record.verdict).toBeUndefined();
  });

  test('fails when the pods do not carry the identity after all', async () => {
    const space = spaceOf(
      { a: 'nothing' },
      { deployments: new Map([[host('a'), deployment('a', { paused: true })]]) },
    );
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure).toMatchObject({ reason: 'not-verified' });
    expect(failure?.message).toContain(
      `${host('a')} pod-identity-injected: pod external-secrets-a: nothing was injected`,
    );
    expect(record.verdict).toBe('applied');
  });

  test('shows five failed checks of many', async () => {
    const ids = Array.from({ length: 8 }, (_, n) => `c${n}`);
    const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
    const { failure } = await runMode(space, 'apply', intent({ identity: 'pod-identity', restart: 'never' }));
    expect(failure?.message).toMatch(/and \d+ more/);
  });

  test('stops where the job is cancelled, and begins nothing new', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.before = ({ call }) => {
      if (call === 'createAssociation') space.state.clock.cancel();
    };
    const ran = await runMode(space, 'apply', PODS);
    expect(ran.failure).toMatchObject({ reason: 'cancelled' });
    // No second look at the world: the seconds that are left are for the report.
    expect(ran.record.after).toBeUndefined();
    expect(statuses(ran)).toMatchObject({
      [`association/${host('a')}`]: 'done',
      [`restart/${host('a')}`]: 'not-attempted',
    });
    expect(space.writes.at(-1)?.call).toBe('createAssociation');
  });

  test('waits no longer than it may for the annotation, for rollouts and for control planes', async () => {
    const short = { waitSeconds: 30 };
    const slow = spaceOf({ a: 'nothing' }, { carryMs: () => 1e9 });
    const late = await runMode(slow, 'apply', intent(short));
    expect(late.failure).toBeUndefined();
    expect(slow.warnings).toContainEqual(expect.stringContaining('after 30 s, so it was set there'));
    const never = spaceOf({ a: 'nothing' }, { carryMs: () => 60_000 });
    const byOthers = intent({ ...short, release: { ...IRSA.release, annotate: 'none' } });
    expect((await runMode(never, 'apply', byOthers)).failure?.message).toContain('the output `helm-values`');
    const unready = spaceOf({ a: 'nothing' });
    comingUp(unready.state, 'late');
    const ran = await runMode(unready, 'apply', intent({ ...short, identity: 'pod-identity' }));
    expect(ran.failure?.message).toContain(
      'wait for control plane team-a/ctp-late: it was not ready after 30 s: it has no ID yet',
    );
    expect(statuses(ran)[`restart/${host('a')}`]).toBe('done');
  });
});

describe('rollouts', () => {
  test('that get stuck fail the run, and say where to look', async () => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' }, { stuck: new Set([host('a')]) });
    const ran = await runMode(space, 'apply', PODS);
    expect(ran.failure).toMatchObject({ reason: 'rollout-failed' });
    expect(statuses(ran)).toMatchObject({
      [`restart/${host('a')}`]: 'failed',
      [`restart/${host('b')}`]: 'done',
    });
  });

  test('that others began are over before anything is judged', async () => {
    const space = spaceOf(
      { a: 'nothing', b: 'pod-identity' },
      { associations: [association('b')], role: role({ tags: {} }) },
    );
    space.before = ({ call }) => {
      if (call === 'restart') space.state.clock.after(6_000, () => rollOut(space.state, host('b')));
    };
    const { record, failure } = await runMode(
      space,
      'apply',
      intent({ identity: 'pod-identity', adopt: true }),
    );
    expect(failure).toBeUndefined();
    expect([...record.restarted].toSorted()).toEqual([host('a')]);
    const generations = record.after?.placed.map(({ deployments }) => deployments[0]?.generation);
    expect(generations).toEqual([2, 2]);
  });
});

test('an annotation that Spaces takes off late, for what the values said before, comes back before it is judged', async () => {
  const space = await settled(IRSA);
  const { state } = space;
  if (state.release.kind !== 'found') throw new Error('there is no release');
  const { release } = state.release;
  state.release = { kind: 'found', release: { ...release, values: {} } };
  // In the middle of the upgrade that puts it back.
  state.clock.after(11_000, () => annotate(state, host('a'), undefined));
  const { record, failure } = await runMode(space, 'apply', IRSA);
  expect(record.plan?.changes.map(({ id }) => id)).not.toContain(`annotation/${host('a')}`);
  expect(failure).toBeUndefined();
  expect(annotationOf(state)).toBe(ROLE_ARN);
});
