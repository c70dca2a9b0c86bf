/** The inputs of the report, and the outputs of the search that are handed to it. */
import { expect, test } from '@jest/globals';
import { Failure } from '../../../src/model/failure.ts';
import { unreachableOutput } from '../../../src/fleet/outputs.ts';
import { readReportInputs } from '../../../src/fleet/report/inputs.ts';

const entry = {
  cluster: 'a',
  region: 'eu-central-1',
  account: '111122223333',
  role: 'arn:x',
  label: 'team a',
};
const one = { name: 'a', region: 'eu-central-1', account: '111122223333', label: 'team a' };
const given = (texts: Readonly<Record<string, string>>) =>
  readReportInputs((name) => ({ path: 'reports', expected: '{"include":[]}', ...texts })[name] ?? '');
const expectedFrom = (json: unknown) => given({ expected: JSON.stringify(json) }).expected;

function problemsOf(texts: Readonly<Record<string, string>>): string {
  try {
    given(texts);
  } catch (error) {
    if (error instanceof Failure) return `${error.reason}: ${error.message}`;
  }
  return '';
}

test('defaults', () => {
  expect(given({})).toEqual({
    path: 'reports',
    expected: [],
    unreachable: [],
    'search-failure': undefined,
    'fail-on-drift': true,
    'fleet-issue': false,
    label: 'fleet',
    'github-token': undefined,
  });
});

test.each([
  ['a matrix', { include: [entry] }],
  ['a list of matrices', [{ include: [entry] }, { include: [] }]],
  ['a list of clusters', [entry]],
  ['a cluster that stands there twice', [{ include: [entry] }, { include: [entry] }]],
])('expected as %s', (_what, json) => {
  expect(expectedFrom(json)).toEqual([one]);
});

test('account and label may be missing', () => {
  expect(expectedFrom({ include: [{ cluster: 'a', region: 'eu-central-1' }] })).toEqual([
    { name: 'a', region: 'eu-central-1', account: '', label: 'a' },
  ]);
});

test('what could not be reached', () => {
  const unreachable = JSON.stringify([
    { account: '1', region: 'r', cluster: '', reason: 'denied' },
    { reason: 'no' },
  ]);
  expect(given({ unreachable }).unreachable).toEqual([
    { account: '1', region: 'r', name: '', reason: 'denied' },
    { account: '', region: '', name: '', reason: 'no' },
  ]);
});

test('a list of what could not be reached that was cut is taken as it is, and says so', () => {
  const places = Array.from({ length: 2_000 }, (_, n) => ({
    account: '111122223333',
    region: `eu-west-${n}`,
    cluster: '',
    reason: 'access-denied: not authorized to perform: eks:ListClusters on resource: *',
  }));
  const { unreachable } = given(unreachableOutput(places));
  expect(unreachable.length).toBeGreaterThan(500);
  expect(unreachable.length).toBeLessThan(2_000);
  expect(unreachable.at(-1)).toEqual({
    account: '',
    region: '',
    name: '',
    reason: expect.stringContaining('more such places than fit into the output'),
  });
});

test('all problems at once, with what is allowed; a token is not shown', () => {
  const said = problemsOf({
    path: '',
    expected: '{"include":[{"cluster":"a"}]}',
    unreachable: 'x',
    'fail-on-drift': 'yes',
    label: 'a\nb',
    'github-token': 'ghs secret',
  });
  expect(said).toContain('invalid-input: read the inputs: 6 problems');
  expect(said).toContain('`path` is required: a directory.');
  expect(said).toContain('`fail-on-drift`: `yes` is not understood; allowed: exactly `true` or `false`.');
  expect(said).toContain('`expected`: `{"include":[{"cluster":"a"}]}` is not understood');
  expect(said).not.toContain('secret');
});

test('without the list of clusters a missing one could not be told', () => {
  expect(problemsOf({ expected: '' })).toContain('`expected` is required');
  expect(problemsOf({ expected: ' ', 'search-failure': '\n' })).toContain('`expected` is required');
});

test.each(['access-denied', 'failure', 'cancelled', 'skipped', 'success'])(
  'a search that ended as %s has no list of clusters to hand over',
  (failure) => {
    expect(given({ expected: ' ', 'search-failure': failure })).toMatchObject({
      expected: [],
      'search-failure': failure,
    });
  },
);

test('a list that is there is read, also of a search that failed', () => {
  const expected = JSON.stringify({ include: [entry] });
  expect(given({ expected, 'search-failure': 'timed-out' }).expected).toEqual([one]);
  expect(problemsOf({ expected: '{', 'search-failure': 'timed-out' })).toContain('`expected`: `{`');
  expect(problemsOf({ expected: '', 'search-failure': 'No clusters' })).toContain(
    '`search-failure`: `No clusters` is not understood; allowed: a failure reason such as `access-denied`.',
  );
});
