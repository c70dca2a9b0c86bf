/** Expected clusters and files put together: nothing is missing, nothing is hidden, the worst is first. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { WORST_FIRST } from '../../../src/fleet/report/model.ts';
import { AT, clusterName, expectedOne, fleetOf, planText, resultText, verificationText } from './jobs.ts';

const names = (fleet: ReturnType<typeof fleetOf>) =>
  fleet.rows.map(({ cluster, verdict }) => [cluster, verdict]);

test('the worst is first, then by name; a job without a file is unknown', () => {
  const fleet = fleetOf(
    ['a10', 'a9', 'b', 'c'].map((name) => expectedOne(name)),
    {
      'x/result.json': resultText('in-sync', 'a10'),
      'y/result.json': resultText('in-sync', 'a9'),
      'z/plan.json': planText('c', { changes: [{ id: 'role', action: 'create' }] }),
    },
  );
  expect(names(fleet)).toEqual([
    ['c', 'drifted'],
    ['b', 'unknown'],
    ['a9', 'in-sync'],
    ['a10', 'in-sync'],
  ]);
  expect(fleet.verdict).toBe('drifted');
  expect(fleet.rows[1]).toMatchObject({ why: 'its job left no file that could be used', isExpected: true });
  expect(fleet.problems).toEqual([]);
});

test('nothing expected and nothing found is unknown', () => {
  expect(fleetOf([])).toMatchObject({ verdict: 'unknown', rows: [] });
});

test('a cluster that nobody expected is shown as such, and counts', () => {
  const fleet = fleetOf([expectedOne('a')], {
    '1/result.json': resultText('in-sync', 'a'),
    '2/result.json': resultText('error', 'b'),
  });
  expect(fleet.verdict).toBe('error');
  expect(fleet.rows.map(({ cluster, isExpected }) => [cluster, isExpected])).toEqual([
    ['b', false],
    ['a', true],
  ]);
});

test('the same name in another account is another cluster', () => {
  const fleet = fleetOf([expectedOne('a'), expectedOne('a', '444455556666')], {
    '1/result.json': resultText('in-sync', 'a'),
  });
  expect(fleet.rows.map(({ account, verdict }) => [account, verdict])).toEqual([
    ['444455556666', 'unknown'],
    ['111122223333', 'in-sync'],
  ]);
});

const early = (label: string): object =>
  resultText('unknown', undefined, {
    label,
    cluster: { ...clusterName('a'), account: '' },
    failure: { reason: 'sign-in-denied', said: 'no', next: 'ask' },
  });

test('a job that failed before it knew its account is told apart by its label', () => {
  const expected = [expectedOne('a', '111122223333', 'one'), expectedOne('a', '444455556666', 'two')];
  const known = fleetOf(expected, { '1/result.json': early('two') });
  expect(known.rows.map(({ label, reason }) => [label, reason])).toEqual([
    ['one', ''],
    ['two', 'sign-in-denied'],
  ]);
  const open = fleetOf(expected, { '1/result.json': early('else') });
  expect(open.rows.map(({ account, isExpected, reason }) => [account, isExpected, reason])).toEqual([
    ['', false, 'sign-in-denied'],
    ['111122223333', true, ''],
    ['444455556666', true, ''],
  ]);
  expect(fleetOf([expectedOne('a', '')], { 'r.json': resultText('in-sync', 'a') }).rows).toMatchObject([
    { account: '111122223333', verdict: 'in-sync' },
  ]);
});

test('files of one folder about several clusters are kept apart; what is nobody’s is told', () => {
  const fleet = fleetOf([expectedOne('a'), expectedOne('b')], {
    'a-plan.json': planText('a', { mode: 'plan' }),
    'b-plan.json': planText('b', { mode: 'plan' }),
    'verification.json': verificationText('pass'),
    'early/result.json': resultText('error', undefined, {
      failure: { reason: 'invalid-input', said: '1 problem', next: '' },
    }),
    'odd/result.json': resultText('error'),
    'cut.json': '{',
  });
  expect(names(fleet)).toEqual([
    ['a', 'in-sync'],
    ['b', 'in-sync'],
  ]);
  expect(fleet.problems.map(({ path, message }) => [path, message.slice(0, 60)])).toEqual([
    ['cut.json', 'is not JSON: it may be cut'],
    ['verification.json', expect.stringContaining('a verification that names no cluster')],
    ['early/result.json', expect.stringContaining('failed before it knew its cluster')],
    ['odd/result.json', expect.stringContaining('a result that names no cluster')],
  ]);
});

const place = (name: string, account = '777788889999') => ({
  name,
  region: 'eu-central-1',
  account,
  reason: 'AccessDenied',
});

test('what could not be looked at is unknown, unless it is among the expected', () => {
  const fleet = fleetOf([expectedOne('a')], { 'r.json': resultText('in-sync', 'a') }, [
    place(''),
    place('a', '111122223333'),
  ]);
  expect(fleet.verdict).toBe('unknown');
  expect(names(fleet)).toEqual([
    ['', 'unknown'],
    ['a', 'in-sync'],
  ]);
  expect(fleet.rows[0]).toMatchObject({ why: 'could not be looked at: AccessDenied' });
});

test.each([
  ['access-denied', 'access-denied', 'the search for clusters failed'],
  ['failure', '', 'the search for clusters told of none (its job: `failure`)'],
  ['success', '', 'the search for clusters told of none (its job: `success`)'],
])('a search that failed (%s) leaves all unknown', (failure, reason, why) => {
  const alone = fleetOf([], {}, [], failure);
  expect(alone.verdict).toBe('unknown');
  expect(alone.rows).toMatchObject([
    { cluster: '', region: '', account: '', verdict: 'unknown', reason, why },
  ]);
  expect(alone.rows[0]?.next).toMatch(/^See the job that looks for clusters\./);
});

test('a search that failed is told beside what is known, and is worse than a cluster in sync', () => {
  const left = { '1/r.json': resultText('in-sync', 'a'), '2/r.json': resultText('drifted', 'b') };
  const fleet = fleetOf([expectedOne('a')], left, [place('')], 'timed-out');
  expect(fleet.rows.map(({ cluster, account, verdict }) => [cluster, account, verdict])).toEqual([
    ['b', '111122223333', 'drifted'],
    ['', '', 'unknown'],
    ['', '777788889999', 'unknown'],
    ['a', '111122223333', 'in-sync'],
  ]);
});

const clusterArbitrary = fc.record({
  name: fc.constantFrom('a', 'b', 'c', 'd', 'e"\\\n|<'),
  account: fc.constantFrom('111122223333', '444455556666', ''),
});
const leftArbitrary = fc.array(
  fc.record({
    folder: fc.constantFrom('1', '2', '3', '4'),
    kind: fc.constantFrom('plan', 'verification', 'result', 'junk'),
    cluster: clusterArbitrary,
    verdict: fc.constantFrom(...WORST_FIRST),
    status: fc.constantFrom('pass', 'fail', 'unknown'),
    timed: fc.boolean(),
  }),
  { maxLength: 12 },
);

test('whatever is left: every expected cluster has a row, the worst is first, counts add up', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(clusterArbitrary, { selector: (one) => JSON.stringify(one) }),
      leftArbitrary,
      (expected, left) => {
        const texts = left.map(
          ({ folder, kind, cluster: { name, account }, verdict, status, timed }, index) => {
            const more = { cluster: clusterName(name, account), ...(timed && { checkedAt: AT }) };
            const { result }: { result?: object } = resultText(verdict, undefined, more);
            const contents = {
              plan: { ...planText(name), cluster: clusterName(name, account), ...(timed && { result }) },
              verification: { ...verificationText(status), ...(timed && { result }) },
              result: { version: 1, result },
              junk: '{',
            } as const;
            return [`${folder}/${index}.json`, contents[kind]] as const;
          },
        );
        const fleet = fleetOf(
          expected.map(({ name, account }) => expectedOne(name, account)),
          Object.fromEntries<object | string>(texts),
        );
        const { rows, planes } = fleet;
        for (const { name, account } of expected)
          expect(
            rows.filter(
              (row) => row.isExpected && row.cluster === name && (account === '' || row.account === account),
            ).length,
          ).toBeGreaterThan(0);
        expect(rows.filter(({ isExpected }) => isExpected)).toHaveLength(expected.length);
        const ranks = rows.map(({ verdict }) => WORST_FIRST.indexOf(verdict));
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
        expect(fleet.verdict).toBe(WORST_FIRST[ranks[0] ?? WORST_FIRST.indexOf('unknown')]);
        const sum = rows.reduce(
          (total, row) => total + row.planes.inSync + row.planes.drifted + row.planes.unknown,
          0,
        );
        expect(planes.inSync + planes.drifted + planes.unknown).toBe(sum);
        expect(fleet.problems.filter(({ message }) => message.includes('not JSON'))).toHaveLength(
          left.filter(({ kind }) => kind === 'junk').length,
        );
      },
    ),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 200) },
  );
});
