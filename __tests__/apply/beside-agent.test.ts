/** Which associations are made while the agent comes up, and which wait for it. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Failure } from '../../src/model/failure.ts';
import { intent } from '../support/factories.ts';
import { spaceOf } from '../support/apply-context.ts';
import { host } from '../support/names.ts';
import { runMode } from '../support/running.ts';
import { store } from '../verify/support.ts';

const PODS = intent({ identity: 'pod-identity' });
const NOTHING = { a: 'nothing', b: 'nothing' } as const;
const broken = (): Failure =>
  new Failure('rollout-failed', { tried: 'install it', said: 'DEGRADED', next: 'Look.' });

/** Control plane `a` has a store that works on what its pods carry, `b` has none; `becomes` is what comes of the add-on. */
async function applied(
  becomes: 'refused' | 'failed' | 'active',
  pods: Parameters<typeof spaceOf>[0] = NOTHING,
) {
  const space = spaceOf(pods, { addOn: undefined, stores: [store()] });
  const { state, write } = space;
  const beside: string[] = [];
  const install = write.aws.createAddOn.bind(write.aws);
  Object.assign(write.aws, {
    createAddOn: async (...[spec, timeoutMs, onAccepted]: Parameters<typeof install>) => {
      if (becomes === 'refused') throw broken();
      onAccepted?.();
      for (let count = 0; count < 50; count += 1) await turn();
      beside.push(...state.associations.map(({ namespace }) => namespace));
      if (becomes === 'failed') throw broken();
      await install(spec, timeoutMs, onAccepted);
    },
  });
  const { failure, record } = await runMode(space, 'apply', PODS);
  const outcomes = Object.fromEntries(
    [...record.outcomes].map(([address, { status }]) => [address, status] as const),
  );
  return { failure, outcomes, beside };
}

test('who has no store that works does not wait for it', async () => {
  const { failure, outcomes, beside } = await applied('active');
  expect(failure).toBeUndefined();
  expect(beside).toEqual([host('b')]);
  expect(outcomes).toMatchObject({
    agent: 'done',
    [`association/${host('a')}`]: 'done',
    [`association/${host('b')}`]: 'done',
  });
});

test('an add-on that EKS refuses keeps all associations from being made', async () => {
  const { failure, outcomes, beside } = await applied('refused');
  expect([failure?.reason, beside]).toEqual(['rollout-failed', []]);
  expect(outcomes).toMatchObject({
    agent: 'failed',
    [`association/${host('a')}`]: 'not-attempted',
    [`association/${host('b')}`]: 'not-attempted',
  });
});

test('one that fails later keeps what lives from being changed, and nothing is restarted', async () => {
  const { failure, outcomes } = await applied('failed');
  expect(failure?.reason).toBe('rollout-failed');
  expect(outcomes).toMatchObject({
    agent: 'failed',
    [`association/${host('a')}`]: 'not-attempted',
    [`association/${host('b')}`]: 'done',
  });
  const restarts = Object.entries(outcomes).filter(([address]) => address.startsWith('restart/'));
  expect(restarts.map(([, status]) => status)).toEqual(['not-attempted', 'not-attempted']);
});

test('a pod that carries the role by IRSA waits for it, whatever stores there are', async () => {
  const { failure, beside } = await applied('active', { a: 'irsa', b: 'irsa' });
  expect([failure, beside]).toEqual([undefined, []]);
});

test('where the agent is there, all are made in one go', async () => {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  expect(space.lines).toContain('Associations: 2');
  expect(space.lines.filter((line) => line.startsWith('Pod Identity agent'))).toEqual([]);
});
