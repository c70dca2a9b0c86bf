/** Retries for changes of this very run that are still on their way. */
import { expect, test } from '@jest/globals';
import { untilPropagated } from '../../src/wait/until-propagated.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { START } from '../support/names.ts';

/** Attempts that are final from this one on, after a write to AWS so long ago; undefined: there was none. */
async function attempts(finalAt: number, wroteMsAgo: number | undefined) {
  const clock = fakeClock();
  const at: number[] = [];
  const wroteToAwsAt = wroteMsAgo === undefined ? undefined : START - wroteMsAgo;
  const answer = await untilPropagated(
    { clock, wroteToAwsAt },
    async () => {
      at.push(clock.now() - START);
      return await Promise.resolve(at.length);
    },
    (count) => count >= finalAt,
  );
  return { answer, at };
}

test('without a write of this run nothing is tried twice', async () => {
  expect(await attempts(3, undefined)).toEqual({ answer: 1, at: [0] });
});

test('a final answer ends it, without a pause after it', async () => {
  expect(await attempts(1, 0)).toEqual({ answer: 1, at: [0] });
  expect(await attempts(3, 0)).toEqual({ answer: 3, at: [0, 1_000, 2_500] });
});

test('after 90 seconds since the write the last answer counts', async () => {
  const { at } = await attempts(99, 0);
  expect(at.at(-1)).toBe(90_000);
  expect((await attempts(99, 88_000)).at).toEqual([0, 1_000, 2_000]);
  expect(await attempts(99, 90_000)).toEqual({ answer: 1, at: [0] });
});
