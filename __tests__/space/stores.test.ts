import { expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import { livesWithoutInjection, mapStores } from '../../src/space/stores.ts';
import { controlPlane, facts, rawControlPlane, world } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { store } from '../verify/support.ts';

const planes = [
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
  const [mapped] = mapStores(facts({ controlPlanes: planes, stores: [store({ selector })] }));
  expect(mapped?.selects).toEqual(ids.map((id) => `team-a/ctp-${id}`));
});

test('with namespaces named outright the labels of the namespaces name the control planes', () => {
  const namespaces = [
    { name: host('a'), controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' },
    { name: 'default' },
  ];
  const [mapped] = mapStores(facts({ namespaces, stores: [store()] }));
  expect(mapped?.selects).toEqual(['team-a/ctp-a']);
});

test('what no store but those with auth.jwt selects lives without injection; what none selects does not', () => {
  const target = { controlPlane: controlPlane('a'), namespace: host('a') };
  const lives = (...stores: ReturnType<typeof store>[]) => livesWithoutInjection(world({ stores }), target);
  const jwt = store({ auth: 'jwt' });
  expect([lives(), lives(jwt), lives(jwt, store()), lives(jwt, store({ selects: [] }))]).toEqual([
    false,
    true,
    false,
    true,
  ]);
  expect(lives(jwt, store({ provider: 'other' }))).toBe(true);
});
