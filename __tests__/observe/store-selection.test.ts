/** Which stores select which control plane. */
import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import { type StoreCandidate, selectedBy } from '../../src/observe/store-selection.ts';
import { rawControlPlane } from '../support/factories.ts';
import { store } from '../verify/support.ts';

const candidates = [
  rawControlPlane('a', { labels: { tier: 'gold', zone: 'x' } }),
  rawControlPlane('b', { labels: { tier: 'silver' } }),
  rawControlPlane('c', { group: 'team-b', labels: { tier: 'gold' } }),
  rawControlPlane('d'),
];
const expression = (key: string, operator: string, values?: readonly string[]): Json => ({
  labelSelectors: [{ matchExpressions: [{ key, operator, ...(values !== undefined && { values }) }] }],
});

test.each<[string, Json, readonly string[]]>([
  ['names', { names: ['ctp-a', 'ctp-c', 'no-such'] }, ['a']],
  ['labels', { labelSelectors: [{ matchLabels: { tier: 'gold' } }] }, ['a']],
  ['labels, all of them', { labelSelectors: [{ matchLabels: { tier: 'gold', zone: 'y' } }] }, []],
  [
    'any of several',
    { labelSelectors: [{ matchLabels: { tier: 'gold' } }, { matchLabels: { tier: 'silver' } }] },
    ['a', 'b'],
  ],
  [
    'names or labels',
    { names: ['ctp-d'], labelSelectors: [{ matchLabels: { tier: 'silver' } }] },
    ['b', 'd'],
  ],
  ['an empty selector', { labelSelectors: [{}] }, ['a', 'b', 'd']],
  ['In', expression('tier', 'In', ['gold', 'silver']), ['a', 'b']],
  ['NotIn', expression('tier', 'NotIn', ['gold']), ['b', 'd']],
  ['Exists', expression('zone', 'Exists'), ['a']],
  ['DoesNotExist', expression('zone', 'DoesNotExist'), ['b', 'd']],
  ['nothing', {}, []],
])('%s', (_what, selector, ids) => {
  const selected = candidates.filter(
    ({ group, name, labels = {} }) => selectedBy(store({ selector }), { group, name, labels }) === 'yes',
  );
  expect(selected.map(({ id }) => id)).toEqual(ids);
});

const known: StoreCandidate = { group: 'team-a', name: 'ctp-a' };
const unknown: StoreCandidate = { group: '', name: '' };

describe('where labels or the control plane itself are not known, a selection may not be either', () => {
  test.each<[string, Json, StoreCandidate, string]>([
    ['names tell it', { names: ['ctp-a'] }, known, 'yes'],
    ['other names too', { names: ['ctp-b'] }, known, 'no'],
    ['labels do not', { labelSelectors: [{ matchLabels: { tier: 'gold' } }] }, known, 'unknown'],
    [
      'a name beside labels does',
      { names: ['ctp-a'], labelSelectors: [{ matchLabels: { x: 'y' } }] },
      known,
      'yes',
    ],
    ['NotIn', expression('tier', 'NotIn', ['gold']), known, 'unknown'],
    ['DoesNotExist', expression('zone', 'DoesNotExist'), known, 'unknown'],
    ['In', expression('tier', 'In', ['gold']), known, 'unknown'],
    ['Exists', expression('zone', 'Exists'), known, 'unknown'],
    ['an empty selector asks for no label', { labelSelectors: [{}] }, known, 'yes'],
    ['nobody knows whose control plane it is', { names: ['ctp-a'] }, unknown, 'unknown'],
    ['nor what an empty selector means for it', { labelSelectors: [{}] }, unknown, 'unknown'],
    ['who selects nobody does not select it', {}, unknown, 'no'],
    ['another group', { names: ['ctp-a'] }, { ...known, group: 'team-b' }, 'no'],
    ['the group alone', { names: ['ctp-a'] }, { ...known, name: '' }, 'unknown'],
    [
      'the group alone, and labels',
      { labelSelectors: [{ matchLabels: { x: 'y' } }] },
      { ...known, name: '' },
      'unknown',
    ],
    ['what is no selector', 'all', known, 'unknown'],
    ['an operator of tomorrow', expression('zone', 'Near'), { ...known, labels: {} }, 'unknown'],
  ])('%s: %j', (_what, selector, candidate, expected) => {
    expect(selectedBy(store({ selector, provisioned: [] }), candidate)).toBe(expected);
  });

  test('what Spaces says of it there tells it, unless that is about an older store', () => {
    const selector = { labelSelectors: [{ matchLabels: { tier: 'gold' } }] };
    const there = { selector, provisioned: ['ctp-a'] };
    const failed = { selector, provisioned: [], failed: [{ controlPlane: 'ctp-a', message: 'no' }] };
    expect(selectedBy(store(there), known)).toBe('yes');
    expect(selectedBy(store(failed), known)).toBe('yes');
    expect(selectedBy(store({ ...there, stale: true }), known)).toBe('unknown');
    expect(selectedBy(store(there), { ...known, labels: {} })).toBe('no');
    const { provisioned: _none, ...silent } = store(there);
    expect(selectedBy(silent, known)).toBe('unknown');
  });
});
