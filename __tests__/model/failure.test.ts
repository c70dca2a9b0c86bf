/** The file of permissions/ that a failure names. */
import { expect, test } from '@jest/globals';
import { ANY_JOB, Failure, ofJob } from '../../src/model/failure.ts';

const denied = (next: string): Failure => new Failure('access-denied', { tried: 'x', said: 'no', next });

test('is the one of the job, once that is known', () => {
  const failure = denied(`See permissions/iam/${ANY_JOB}.json.`);
  expect(ofJob(failure, 'plan-irsa').message).toBe('x: no\nSee permissions/iam/plan-irsa.json.');
  expect(ofJob(failure, 'plan-irsa').reason).toBe('access-denied');
  expect(ofJob(failure, undefined)).toBe(failure);
});

test('others stay the very same, with their cause', () => {
  const failure = denied('Wait.');
  expect(ofJob(failure, 'plan-irsa')).toBe(failure);
});
