/** Which answers are asked for again, and what is told of it. */
import { expect, test } from '@jest/globals';
import { retryWhileBusy } from '../../src/cluster/retry-while-busy.ts';
import { fakeLog } from '../tools/fakes.ts';
import { fakeClock } from '../support/fake-clock.ts';

test.each([
  ['Error from server (TooManyRequests): later', 2],
  ['error: unexpected end of JSON input', 0],
])('%s: only a busy API server counts as one that slowed the run down', async (said, times) => {
  let told = 0;
  const options = { clock: fakeClock(), log: fakeLog(), onBusy: () => void (told += 1) };
  const ended = { code: 1, stdout: '', stderr: said };
  expect(await retryWhileBusy(options, 'list', async () => await Promise.resolve(ended))).toBe(ended);
  expect(told).toBe(times);
  expect(options.log.lines).toHaveLength(2);
});
