import { describe, expect, test } from '@jest/globals';
import type { Json } from '../../src/model/json.ts';
import type { RawControlPlane } from '../../src/model/ports.ts';
import type { SecretStore, StoreAuth } from '../../src/model/world.ts';
import { awsStoresOf, controlPlaneOf, livesWithoutInjection, mapStores } from '../../src/space/stores.ts';
import { controlPlane, facts, rawControlPlane, world } from '../support/factories.ts';

const store = (overrides: Partial<SecretStore> = {}): SecretStore => ({
  group: 'team-a',
  name: 'aws',
  provider: 'aws',
  auth: 'pod',
  selector: { names: ['ctp-a'] },
  failed: [],
  conditions: [],
  ...overrides,
});

const labelled = (id: string, labels: Readonly<Record<string, string>>): RawControlPlane =>
  rawControlPlane(id, { labels });
const controlPlanes = [
  labelled('a', { env: 'prod', tier: '1' }),
  labelled('b', { env: 'test' }),
  rawControlPlane('c', { group: 'team-b' }),
];
const byLabels = (...labelSelectors: readonly Json[]): Json => ({ labelSelectors });
const expression = (key: string, operator: string, ...values: readonly string[]): Json =>
  byLabels({ matchExpressions: [{ key, operator, ...(values.length > 0 && { values }) }] });

describe('a store selects', () => {
  test.each<[Json, readonly string[]]>([
    [{ names: ['ctp-a', 'ctp-b'] }, ['a', 'b']],
    [{ names: ['ctp-c'] }, []],
    [byLabels({ matchLabels: { env: 'prod' } }), ['a']],
    [byLabels({ matchLabels: { env: 'prod', tier: '2' } }), []],
    [byLabels({ matchLabels: { env: 'prod' } }, { matchLabels: { env: 'test' } }), ['a', 'b']],
    [byLabels({}), ['a', 'b']],
    [expression('env', 'In', 'prod', 'x'), ['a']],
    [expression('tier', 'In', '1'), ['a']],
    [expression('tier', 'NotIn', '1'), ['b']],
    [expression('tier', 'Exists'), ['a']],
    [expression('tier', 'DoesNotExist'), ['b']],
    [expression('tier', 'Gt', '0'), []],
    [{}, []],
    [null, []],
    ['all', []],
  ])('by %j', (selector, ids) => {
    const [mapped] = mapStores(facts({ stores: [store({ selector })], controlPlanes }));
    expect(mapped?.selects).toEqual(ids.map((id) => `team-a/ctp-${id}`));
  });

  test('by the labels of host namespaces, where no control plane was looked up', () => {
    const namespaces = [
      { name: 'x', controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' },
      { name: 'y', controlPlaneGroup: 'team-a' },
      { name: 'z' },
    ];
    const [mapped] = mapStores(facts({ stores: [store()], namespaces }));
    expect(mapped?.selects).toEqual(['team-a/ctp-a']);
  });
});

describe('the stores of a control plane', () => {
  const target = { controlPlane: controlPlane('a'), namespace: 'x' };
  const selects = ['team-a/ctp-a'];

  test('are those of AWS that select it', () => {
    const stores = [
      store({ selects }),
      store({ selects: [] }),
      store(),
      store({ selects, provider: 'other' }),
    ];
    expect(awsStoresOf(world({ stores }), target)).toEqual([stores[0]]);
  });

  test('are found also for a namespace named outright, by its labels', () => {
    const named = { controlPlane: { ...controlPlane('a'), group: '', name: 'x' }, namespace: 'x' };
    const namespaces = [{ name: 'x', controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' }];
    expect(controlPlaneOf(world({ namespaces }), named)).toBe('team-a/ctp-a');
    expect(controlPlaneOf(world(), named)).toBe('/');
    expect(controlPlaneOf(world(), target)).toBe('team-a/ctp-a');
  });

  test.each<[readonly StoreAuth[], boolean]>([
    [[], false],
    [['jwt'], true],
    [['jwt', 'jwt'], true],
    [['jwt', 'pod'], false],
    [['static-keys'], false],
  ])('%j: they do without what the pods carry: %s', (auths, without) => {
    const stores = auths.map((auth) => store({ auth, selects }));
    expect(livesWithoutInjection(world({ stores }), target)).toBe(without);
  });
});
