/** Waiting within a bound. */
import { expect, test } from '@jest/globals';
import { waitFor } from '../../kubernetes/wait.ts';

test('asks until the answer is yes; an error is a no', async () => {
  let asked = 0;
  await waitFor({
    what: 'the third answer',
    timeoutMs: 60_000,
    intervalMs: 1,
    check: () => {
      asked += 1;
      return asked === 1 ? Promise.reject(new Error('not yet')) : Promise.resolve(asked === 3);
    },
  });
  expect(asked).toBe(3);
});

test('names what did not come, and why', async () => {
  const waiting = waitFor({
    what: 'the impossible',
    timeoutMs: 0,
    check: () => Promise.reject(new Error('connection refused')),
  });
  await expect(waiting).rejects.toThrow('Waited 0 s for the impossible.');
  await expect(waiting).rejects.toHaveProperty('cause.message', 'connection refused');
});
