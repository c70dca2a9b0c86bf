/** How the answers of AWS are read. */
import { expect, test } from '@jest/globals';
import { isRefusal, outcomeOf, refusalOf, refusalText } from '../../acceptance/frame/refusal.ts';
import { until, waitedText } from '../../acceptance/frame/until.ts';

function awsError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 } });
}

test('an answer, a refusal, and what is neither', async () => {
  expect(await outcomeOf(Promise.resolve('answer'))).toEqual({ answer: 'answer' });
  const refused = await refusalOf(Promise.reject(awsError('LimitExceededException', 'too many')));
  expect(refused).toEqual({ name: 'LimitExceededException', message: 'too many', status: 400 });
  expect(isRefusal(refused, 'LimitExceeded')).toBe(true);
  expect(isRefusal(refused, 'LimitExceeded', /few/)).toBe(false);
  expect(isRefusal(undefined, 'LimitExceeded')).toBe(false);
  expect(refusalText(refused)).toBe('LimitExceededException: too many');
  expect(refusalText(undefined)).toBe('it was not refused');
  await expect(refusalOf(Promise.reject(new Error('no route')))).rejects.toThrow('no route');
});

test('something is asked for until it is so, within a bound, and not after a cancellation', async () => {
  const { signal } = new AbortController();
  let asked = 0;
  const attempt = () => Promise.resolve((asked += 1));
  const found = await until({ boundMs: 5_000, pauseMs: 1, signal, attempt, isIt: (n) => n === 3 });
  expect(found.answer).toBe(3);
  expect(waitedText(found, 5_000)).toMatch(/^after \d/);
  const missed = await until({ boundMs: 0, pauseMs: 1, signal, attempt, isIt: () => false });
  expect(missed.afterMs).toBeUndefined();
  expect(waitedText(missed, 5_000, 'no')).toBe('not within 5 s; at last: no');
  const over = AbortSignal.abort();
  await expect(until({ boundMs: 5_000, signal: over, attempt, isIt: () => true })).rejects.toThrow('aborted');
});
