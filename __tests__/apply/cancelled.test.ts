/** A job that is cancelled in the middle: nothing more is begun, and what is known at that moment is true. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { applyOrder } from '../../src/apply/stages.ts';
import { carryOut } from '../../src/apply/carry-out.ts';
import type { Intent } from '../../src/model/config.ts';
import type { OutcomeStatus } from '../../src/model/change.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { contextOf, spaceOf, worldIn } from '../support/apply-context.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { intent } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { runMode } from '../support/running.ts';
import { desiredOf } from '../support/world-of.ts';

const PODS = intent({ identity: 'pod-identity' });
const IDS = Array.from({ length: 30 }, (_, n) => `h${String(n).padStart(2, '0')}`);
const space30 = (): FakeSpace => spaceOf(Object.fromEntries(IDS.map((id) => [id, 'nothing' as const])));

const counted = (outcomes: ReadonlyMap<string, { status: OutcomeStatus }>, kind: string) =>
  Object.fromEntries(
    (['done', 'failed', 'not-attempted'] as const).map((status) => [
      status,
      [...outcomes].filter(([address, one]) => address.startsWith(kind) && one.status === status).length,
    ]),
  );

/** Carries a plan out as far as it goes. */
async function begun(space: FakeSpace, identity: Intent['identity']) {
  const context = contextOf(space, { identity });
  const plan = planTowards(desiredOf(intent({ identity })), await worldIn(space, { identity }));
  void carryOut(plan, applyOrder, context);
  for (let n = 0; n < 200; n += 1) await turn();
  return { context };
}

describe('while associations are made', () => {
  test('those under way come to their end, the others are not begun', async () => {
    const space = space30();
    space.before = ({ call }) => {
      if (call === 'createAssociation') space.state.clock.cancel();
    };
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure?.reason).toBe('cancelled');
    const made = space.writes.filter(({ call }) => call === 'createAssociation').length;
    expect(made).toBeLessThan(IDS.length);
    expect(counted(record.outcomes, 'association/')).toEqual({
      done: made,
      failed: 0,
      'not-attempted': IDS.length - made,
    });
    expect(counted(record.outcomes, 'restart/')).toEqual({ done: 0, failed: 0, 'not-attempted': IDS.length });
  });

  test('one that is never answered may have been made, and what was done before is known', async () => {
    const space = space30();
    let asked = 0;
    const create = space.write.aws.createAssociation.bind(space.write.aws);
    space.write.aws.createAssociation = async (spec) => {
      asked += 1;
      return asked === 2 ? await new Promise<never>(() => undefined) : await create(spec);
    };
    const { context } = await begun(space, 'pod-identity');
    const { outcomes } = context.progress;
    expect(outcomes.get('role')?.status).toBe('done');
    expect(counted(outcomes, 'association/')).toEqual({
      done: IDS.length - 1,
      failed: 1,
      'not-attempted': 0,
    });
    const open = outcomes.get(`association/${host('h01')}`);
    expect(open).toMatchObject({ status: 'failed', wrote: true, failure: { reason: 'cancelled' } });
    expect(open?.failure?.message).toContain('It may have been carried out all the same');
    expect(counted(outcomes, 'restart/')).toEqual({ done: 0, failed: 0, 'not-attempted': IDS.length });
  });
});

test('what was made, and was not shown by AWS yet, counts as perhaps carried out', async () => {
  const space = spaceOf({ a: 'nothing' });
  const create = space.write.aws.createRole.bind(space.write.aws);
  space.write.aws.createRole = async (spec) => {
    await create(spec);
    space.state.clock.cancel();
    space.read.clock.throwIfCancelled();
  };
  const { record } = await runMode(space, 'apply', PODS);
  expect(record.failure?.reason).toBe('cancelled');
  expect(record.outcomes.get('role')).toMatchObject({ status: 'failed', wrote: true });
});

describe('at the restarts', () => {
  test('before the first of them, none has failed', async () => {
    const space = space30();
    space.read.kubernetes.forecast = async () => {
      space.state.clock.cancel();
      return await Promise.resolve(new Map());
    };
    const { record } = await runMode(space, 'apply', PODS);
    expect(record.failure?.reason).toBe('cancelled');
    expect(counted(record.outcomes, 'restart/')).toEqual({ done: 0, failed: 0, 'not-attempted': IDS.length });
  });

  test('after them, they were attempted', async () => {
    const space = space30();
    space.before = ({ call }) => {
      if (call === 'restart') space.state.clock.cancel();
    };
    const { record } = await runMode(space, 'apply', PODS);
    expect(record.failure?.reason).toBe('cancelled');
    const { done, failed, 'not-attempted': not } = counted(record.outcomes, 'restart/');
    expect([(done ?? 0) + (failed ?? 0), not]).toEqual([IDS.length, 0]);
  });
});

test('while the chart is upgraded, that counts as begun', async () => {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  space.write.helm.upgrade = async () => await new Promise<never>(() => undefined);
  const { context } = await begun(space, 'irsa');
  const { outcomes } = context.progress;
  expect(counted(outcomes, 'role')).toEqual({ done: 2, failed: 0, 'not-attempted': 0 });
  expect(outcomes.get('helm/annotation')).toMatchObject({
    status: 'failed',
    wrote: true,
    failure: { reason: 'cancelled' },
  });
  expect(counted(outcomes, 'annotation/')).toEqual({ done: 0, failed: 0, 'not-attempted': 2 });
});
