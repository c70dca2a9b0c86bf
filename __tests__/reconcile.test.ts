/** The modes, in the in-memory world. */
import { describe, expect, test } from '@jest/globals';
import type { Config, Intent } from '../src/model/config.ts';
import { Failure } from '../src/model/failure.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { annotationOf } from './support/fake-helm.ts';
import { rollOut } from './support/fake-kubernetes.ts';
import { config, intent, role } from './support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from './support/names.ts';
import { type Ran, runMode } from './support/running.ts';
import { spaceOf } from './support/apply-context.ts';
import { pod } from './support/workloads.ts';

const IRSA = intent();
const PODS = intent({ identity: 'pod-identity' });
const reporting = (failOnDrift: boolean): Partial<Config> => ({
  reporting: { ...config().reporting, failOnDrift },
});

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

describe('plan', () => {
  test('tells what is to do, or that nothing is', async () => {
    const space = spaceOf({ a: 'nothing' });
    expect((await runMode(space, 'plan', PODS)).record.verdict).toBe('changes');
    expect((await runMode(await settled(), 'plan', PODS)).record.verdict).toBe('in-sync');
    expect(space.writes).toEqual([]);
  });

  test('fails when it can not be carried out, and shows it all the same', async () => {
    const space = spaceOf({ a: 'nothing' }, { role: role({ tags: {} }) });
    const { record, failure } = await runMode(space, 'plan', PODS);
    expect(failure).toMatchObject({ reason: 'not-owned' });
    expect(record.plan?.changes.length).toBeGreaterThan(0);
  });
});

describe('check', () => {
  test('finds nothing where nothing has changed', async () => {
    const { record, failure } = await runMode(await settled(), 'check', PODS);
    expect([failure, record.verdict]).toEqual([undefined, 'in-sync']);
    expect(record.checks?.length).toBeGreaterThan(0);
  });

  test('gives a pod that others replace at this moment some seconds to come up, and judges what is there then', async () => {
    const space = await settled();
    rollOut(space.state, host('a'));
    const { record, failure } = await runMode(space, 'check', PODS);
    expect([failure, record.verdict, space.writes]).toEqual([undefined, 'in-sync', []]);
    expect(record.checkedAt).toBe(record.world?.seenAt);
  });

  test('waits half a minute for it, and no longer than any wait may be', async () => {
    for (const [waitSeconds, took] of [
      [600, 30_000],
      [5, 5_000],
    ] as const) {
      const space = await settled();
      space.state.deployments = new Map(
        [...space.state.deployments].map(([name, one]) => [name, { ...one, availableReplicas: 0 }]),
      );
      const begun = space.state.clock.now();
      const { record, failure } = await runMode(space, 'check', { ...PODS, waitSeconds });
      expect(failure).toMatchObject({ reason: 'not-verified', message: expect.stringContaining('rollout') });
      expect((record.checkedAt ?? 0) - begun).toBe(took);
    }
  });

  test.each([true, false])('tells drift, and fails with fail-on-drift only (%s)', async (failOnDrift) => {
    const space = await settled();
    space.state.associations = space.state.associations.map((association) => ({
      ...association,
      roleArn: OTHER_ROLE_ARN,
    }));
    const { record, failure } = await runMode(space, 'check', PODS, reporting(failOnDrift));
    expect(record.verdict).toBe('drifted');
    expect(failure?.reason).toBe(failOnDrift ? 'drift' : undefined);
    if (!failOnDrift) expect(space.warnings.join('\n')).toContain(`4 differences: association/${host('a')}`);
  });

  test('tells what can not be put right as drift too', async () => {
    const space = await settled();
    space.state.role = role({ tags: {} });
    const { record, failure } = await runMode(space, 'check', PODS);
    expect(record.verdict).toBe('drifted');
    expect(failure?.message).toContain("does not carry this action's mark");
  });

  test('is not in sync where something could not be looked at', async () => {
    const space = await settled();
    space.state.pods = space.state.pods.filter(({ namespace }) => namespace !== host('a'));
    const { record, failure } = await runMode(space, 'check', PODS);
    expect(record.verdict).toBe('unknown');
    expect(failure).toMatchObject({ reason: 'not-verified' });
  });

  test.each([true, false])(
    'is not drifted where the release may not be read: that is refused, whatever fail-on-drift says (%s)',
    async (failOnDrift) => {
      const space = await settled(IRSA);
      space.state.release = { kind: 'unreadable', why: 'no list of secrets', next: 'Apply the file.' };
      const { record, failure } = await runMode(space, 'check', IRSA, reporting(failOnDrift));
      expect(record.verdict).toBe('unknown');
      expect(failure).toMatchObject({
        reason: 'access-denied',
        message: expect.stringContaining('no list of secrets'),
      });
    },
  );

  test.each([
    [true, 'drift'],
    [false, 'access-denied'],
  ])('where something differs besides, fail-on-drift: %s fails with %s', async (failOnDrift, reason) => {
    const space = await settled(IRSA);
    space.state.release = { kind: 'unreadable', why: 'no list of secrets', next: 'Apply the file.' };
    space.state.role = role({ inlinePolicies: {} });
    const { record, failure } = await runMode(space, 'check', IRSA, reporting(failOnDrift));
    expect([record.verdict, failure?.reason]).toEqual(['drifted', reason]);
    if (!failOnDrift) expect(space.warnings.join('\n')).toContain('role/access-policy');
  });

  test('fails where the pods are wrong, though nothing is to change', async () => {
    const space = await settled();
    space.state.pods = [pod('a', 'nothing'), pod('b', 'pod-identity')];
    const never = intent({ identity: 'pod-identity', restart: 'never' });
    const { record, failure } = await runMode(space, 'check', never);
    expect([record.verdict, failure?.reason]).toEqual(['drifted', 'not-verified']);
  });
});

describe('destroy', () => {
  test('leaves nothing, and looks at what is left', async () => {
    const space = await settled(IRSA);
    const { record, failure } = await runMode(space, 'destroy', IRSA);
    expect([failure, record.verdict]).toEqual([undefined, 'destroyed']);
    expect([space.state.role, space.state.provider, annotationOf(space.state)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(record.after?.iam.role).toBeUndefined();
    expect([...record.restarted].toSorted()).toEqual([host('a'), host('b')]);
  });

  test('refuses another plan than the reviewed one', async () => {
    const space = await settled();
    const { failure } = await runMode(space, 'destroy', PODS, { expectedPlan: `sha256:${'0'.repeat(64)}` });
    expect(failure).toMatchObject({ reason: 'plan-changed' });
    expect(space.writes).toEqual([]);
  });

  test('an upgrade that is bound to fail is known before any write', async () => {
    const space = await settled(IRSA);
    const lacking = { tried: 'upgrade the release', said: 'may not update secrets', next: 'Apply the file.' };
    space.write.helm.prepare = async () => await Promise.reject(new Failure('access-denied', lacking));
    const { record, failure } = await runMode(space, 'destroy', IRSA);
    expect(failure).toMatchObject({ reason: 'access-denied' });
    expect([space.writes, record.outcomes.size, record.verdict]).toEqual([[], 0, undefined]);
  });

  test('goes no further than what has failed', async () => {
    const space = await settled();
    space.fault = { nth: 1, when: 'before' };
    const ran = await runMode(space, 'destroy', PODS);
    expect(ran.failure?.message).toContain('deleteAssociation failed as told');
    expect(statuses(ran)['role']).toBe('not-attempted');
    expect(space.state.role?.arn).toBe(ROLE_ARN);
  });
});
