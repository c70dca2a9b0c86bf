/** When a store or secret is looked at again. */
import { beforeEach, expect, test } from '@jest/globals';
import { Clock } from '../../aws/testing.ts';
import { Verdicts } from '../../space/verdicts.ts';

let clock: Clock;
let verdicts: Verdicts;
let asked: number;
beforeEach(() => {
  clock = new Clock();
  verdicts = new Verdicts(() => 300_000, clock.now);
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

test('what fails is tried again each time', async () => {
  expect(await look('no')).toBe('no');
  expect(await look()).toBeUndefined();
  expect(asked).toBe(2);
});

test('another pod, annotation or spec is a new question, and so is another control plane', async () => {
  await look();
  expect(await look('no', 'other')).toBe('no');
  expect(await look('no', 'same', 'store two')).toBe('no');
});
