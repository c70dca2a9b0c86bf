/** Reads side by side, and the one error of those that failed. */
import { expect, test } from '@jest/globals';
import { combineFailures, sideBySide } from '../../src/wait/side-by-side.ts';
import { Failure } from '../../src/model/failure.ts';

test('reads side by side are all awaited before one failure is thrown', async () => {
  let ended = false;
  const slow = new Promise<string>((resolve) => {
    setTimeout(() => {
      ended = true;
      resolve('x');
    }, 20);
  });
  await expect(sideBySide([Promise.reject(new Error('first')), slow])).rejects.toThrow('first');
  expect(ended).toBe(true);
  expect(await sideBySide([Promise.resolve(1), Promise.resolve('b')])).toEqual([1, 'b']);
});

test('the first in order is told, however late it fails', async () => {
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error('late')), 20);
  });
  await expect(sideBySide([late, Promise.reject(new Error('early'))])).rejects.toThrow('late');
});

function denied(tried: string, said: string, next = 'Apply.'): Failure {
  return new Failure('access-denied', { tried, said, next });
}

test('several refusals are told at once; anything else comes first', () => {
  expect(combineFailures([denied('a', 'x'), denied('b', 'y'), denied('c', 'y')])).toMatchObject({
    reason: 'access-denied',
    details: { tried: 'a, b, c', said: 'x; y', next: 'Apply.' },
  });
  expect(combineFailures([denied('a', 'x'), denied('b', 'y', 'Allow.')])).toMatchObject({
    details: { tried: 'a, b', next: 'Apply.\nAllow.' },
  });
  const other = new Failure('not-a-space', { tried: '', said: '', next: '' });
  expect(combineFailures([denied('a', 'x'), other])).toBe(other);
  const defect = new TypeError('x');
  expect(combineFailures([defect])).toBe(defect);
});
