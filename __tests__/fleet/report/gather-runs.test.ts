/** Several runs that tell of one cluster. */
import { expect, test } from '@jest/globals';
import { AT, clusterName, expectedOne, fleetOf, planText, resultText, verificationText } from './jobs.ts';

const at = (verdict: string, checkedAt?: string): object =>
  resultText(verdict, 'a', checkedAt === undefined ? {} : { checkedAt });

test('of two runs on a cluster the one that looked last counts, and both are told', () => {
  const last = fleetOf([expectedOne('a')], {
    '1/r.json': at('drifted', AT),
    '2/r.json': at('in-sync', '2026-11-28T06:00:00Z'),
  });
  expect(last).toMatchObject({
    verdict: 'in-sync',
    problems: [{ path: '1/r.json, 2/r.json', message: expect.stringContaining('the one that looked last') }],
  });
  const open = fleetOf([expectedOne('a')], { '1/r.json': at('drifted'), '2/r.json': at('in-sync', AT) });
  expect(open).toMatchObject({
    verdict: 'drifted',
    problems: [
      {
        message: expect.stringContaining(
          'more than one run on 111122223333/eu-central-1/a: taken is the worst',
        ),
      },
    ],
  });
  const equal = { '1/r.json': at('in-sync', AT), '2/r.json': at('drifted', AT) };
  expect(fleetOf([expectedOne('a')], equal).verdict).toBe('drifted');
});

const of = (label: string, verdict: string, checkedAt: string) =>
  resultText(verdict, 'a', { label, checkedAt });

test('runs of several labels are about several roles: none speaks for another', () => {
  const late = '2026-11-28T06:00:00Z';
  const fleet = fleetOf([expectedOne('a')], {
    '1/r.json': of('one', 'drifted', AT),
    '2/r.json': of('two', 'in-sync', late),
  });
  expect(fleet).toMatchObject({
    verdict: 'drifted',
    problems: [{ message: expect.stringContaining('taken is the worst, since they are of several labels') }],
  });
  const again = fleetOf([expectedOne('a')], {
    '1/r.json': of('one', 'drifted', AT),
    '2/r.json': of('two', 'in-sync', late),
    '3/r.json': of('one', 'in-sync', late),
  });
  expect(again.verdict).toBe('in-sync');
});

const withResult = (text: object, verdict: string) => ({
  ...text,
  result: { verdict, label: verdict, cluster: clusterName('a') },
});

test('files of one folder that say otherwise of how the run ended are of several runs', () => {
  const fleet = fleetOf([expectedOne('a')], {
    'plan.json': withResult(planText('a', {}), 'in-sync'),
    'verification.json': withResult(verificationText('fail'), 'drifted'),
  });
  expect(fleet.verdict).toBe('drifted');
  expect(fleet.problems).toHaveLength(1);
});
