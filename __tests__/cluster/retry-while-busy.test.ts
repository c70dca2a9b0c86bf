/** Which answers are asked for again, and what is told of it. */
import { expect, test } from '@jest/globals';
import { retryWhileBusy } from '../../src/cluster/retry-while-busy.ts';
import { fakeClock, fakeLog } from '../tools/fakes.ts';

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

test.each([
  [true, 3],
  [false, 1],
])(
  'a kind that is not known is asked for again only after the API server was busy: %s',
  async (busy, times) => {
    let asked = 0;
    const options = { clock: fakeClock(), log: fakeLog(), wasBusy: () => busy };
    const ended = {
      code: 1,
      stdout: '',
      stderr: `error: the server doesn't have a resource type "controlplanes"`,
    };
    const call = async () => {
      asked += 1;
      return await Promise.resolve(ended);
    };
    expect(await retryWhileBusy(options, 'list', call)).toBe(ended);
    expect(asked).toBe(times);
  },
);
