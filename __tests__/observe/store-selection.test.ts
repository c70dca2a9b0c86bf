import { expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import { selects } from '../../src/observe/store-selection.ts';
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
  ['an operator of tomorrow', expression('zone', 'Near'), []],
  ['nothing', {}, []],
  ['what is no selector', 'all', []],
])('%s', (_what, selector, ids) => {
  const selected = candidates.filter((candidate) => selects(store({ selector }), candidate));
  expect(selected.map(({ id }) => id)).toEqual(ids);
});
