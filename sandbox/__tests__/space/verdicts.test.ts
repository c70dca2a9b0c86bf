/** When a store or secret is looked at again. */
import { beforeEach, expect, test } from '@jest/globals';
import { Clock } from '../../aws/testing.ts';
import { Verdicts } from '../../space/verdicts.ts';

let clock: Clock;
let verdicts: Verdicts;
let asked: number;
beforeEach(() => {
  clock = new Clock();
  verdicts = new Verdicts({ recheckMs: 300_000, retryMaxMs: 420_000 }, clock.now);
  asked = 0;
});

const look = (problem?: string, fingerprint = 'same', key = 'store one') =>
  verdicts.of({
    key,
    fingerprint,
    judge: () => {
      asked += 1;
      return Promise.resolve(problem);
    },
  });

test('what works is looked at again after five minutes', async () => {
  expect(await look()).toBeUndefined();
  clock.advance(299_999);
  expect(await look('meanwhile broken')).toBeUndefined();
  expect(asked).toBe(1);
  clock.advance(1);
  expect(await look('meanwhile broken')).toBe('meanwhile broken');
});

test('what fails is tried again after pauses that double, up to a longest one', async () => {
  const seconds: number[] = [];
  for (let second = 0; second < 1_400; second += 1) {
    const before = asked;
    await look('no');
    if (asked > before) seconds.push(second);
    clock.advance(1_000);
  }
  expect(seconds).toEqual([0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 931, 1_351]);
  expect(await look()).toBe('no');
  expect(await look(undefined, 'restarted')).toBeUndefined();
});

test('another pod, annotation or spec is a new question, and so is another control plane', async () => {
  await look();
  expect(await look('no', 'other')).toBe('no');
  expect(await look('no', 'same', 'store two')).toBe('no');
});
