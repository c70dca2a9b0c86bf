/** Retries and polls, on a clock that only sleeping moves. */
import { expect, test } from '@jest/globals';
import { poll, retry, seconds, type Transient } from '../../../src/aws/client/retry.ts';
import { Failure } from '../../../src/model/failure.ts';
import { fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { START } from '../../support/names.ts';

const setUp = (random = 1) => ({ clock: fakeClock(), log: fakeLog(), random: () => random });
const fail = () => Promise.reject(new Error('no'));
const busy: Transient = { why: 'busy', forMs: 20_000 };
const slow: Transient = { why: 'slow', forMs: 5000 };

test('the pauses double up to eight seconds and end at the bound', async () => {
  const waiting = setUp();
  await expect(retry(waiting, () => busy, fail)).rejects.toThrow('no');
  expect(waiting.clock.slept).toEqual([1000, 2000, 4000, 8000, 5000]);
  expect(waiting.log.lines[0]).toBe('busy: next attempt in 1.0 s, giving up in 20 s');
});

test('half of a pause is chance', async () => {
  const waiting = setUp(0);
  await expect(retry(waiting, () => slow, fail)).rejects.toThrow('no');
  expect(waiting.clock.slept).toEqual([500, 1000, 2000, 1500]);
});

test('each reason has a bound of its own, from its first appearance', async () => {
  const waiting = setUp();
  let calls = 0;
  const changing = () => {
    calls += 1;
    return Promise.reject(new Error(String(calls)));
  };
  await expect(
    retry(waiting, (error) => (String(error) === 'Error: 1' ? busy : slow), changing),
  ).rejects.toThrow(/^\d+$/);
  expect(calls).toBeGreaterThan(2);
  expect(waiting.clock.now() - START).toBe(6000);
});

test('an error without a reason is thrown at once', async () => {
  const waiting = setUp();
  await expect(retry(waiting, () => undefined, fail)).rejects.toThrow('no');
  expect(waiting.clock.slept).toEqual([]);
});

test('a cancelled job ends the wait', async () => {
  const waiting = setUp();
  const cancelled = new Failure('cancelled', { tried: 'a', said: 'b', next: 'c' });
  waiting.clock.sleep = () => Promise.reject(cancelled);
  await expect(retry(waiting, () => busy, fail)).rejects.toBe(cancelled);
});

test('chance is real when none is handed in', async () => {
  const { clock, log } = setUp();
  await expect(retry({ clock, log }, () => slow, fail)).rejects.toThrow('no');
  expect(clock.now() - START).toBe(5000);
});

test('poll asks once more at the very end', async () => {
  const waiting = setUp();
  let asked = 0;
  const pace = { forMs: 2500, waitingFor: 'it' };
  const answer = await poll(waiting, pace, () => Promise.resolve(void (asked += 1)));
  expect([answer, asked]).toEqual([undefined, 5]);
  expect(waiting.clock.slept).toEqual([500, 750, 1125, 125]);
});

test.each([
  [0, '0.0 s'],
  [1500, '1.5 s'],
  [10_000, '10 s'],
  [120_000, '120 s'],
])('%d ms are %s', (milliseconds, text) => {
  expect(seconds(milliseconds)).toBe(text);
});
