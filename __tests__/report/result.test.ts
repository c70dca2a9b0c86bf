/** How a run ended, as its documents say it. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Failure } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { resultDocument } from '../../src/report/result.ts';
import { config } from '../support/factories.ts';
import { planned } from './records.ts';

const resultOf = (record: RunRecord) =>
  z.object({ result: z.record(z.string(), z.unknown()) }).parse(JSON.parse(resultDocument(record))).result;
const failure = new Failure('sign-in-denied', { tried: 'sign in', said: 'no', next: 'ask' });

test('of a run that has planned', () => {
  expect(resultOf(planned())).toMatchObject({
    verdict: 'changes',
    mode: 'plan',
    identity: 'irsa',
    label: 'space-prod',
    cluster: { name: 'space-prod', region: 'eu-central-1', account: '111122223333' },
    summaryLine: expect.stringMatching(/^space-prod: \d+ to create/),
    checkedAt: '2026-11-24T10:00:00.000Z',
  });
  expect(resultOf(planned())).not.toHaveProperty('failure');
});

test.each([
  ['arn:aws-us-gov:iam::444455556666:role/ci/check', '444455556666'],
  [undefined, ''],
])('a run that could not sign in as %s knows the cluster by its inputs', (roleToAssume, account) => {
  const given = config({ mode: 'check' });
  const signIn = { ...given.signIn, roleToAssume };
  expect(resultOf({ ...newRecord(), config: { ...given, signIn }, failure })).toEqual({
    verdict: 'unknown',
    failure: { reason: 'sign-in-denied', tried: 'sign in', said: 'no', next: 'ask' },
    label: 'space-prod',
    mode: 'check',
    identity: 'irsa',
    cluster: { name: 'space-prod', arn: '', region: 'eu-central-1', account },
  });
});

test('a run without inputs names no cluster; a long text is cut between words', () => {
  const long = new Failure('internal', { tried: 'x', said: 'word '.repeat(300), next: 'y' });
  const told = resultOf({ ...newRecord(), failure: long });
  expect(told).toEqual({ verdict: 'error', failure: expect.anything() });
  const { said } = z.object({ said: z.string() }).parse(told['failure']);
  expect(said).toMatch(/^(word )+…$/);
  expect(said.length).toBeLessThan(810);
});
