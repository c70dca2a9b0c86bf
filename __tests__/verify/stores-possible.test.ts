/** Stores that may or may not select a control plane. */
import { describe, expect, test } from '@jest/globals';
import type { SecretStore } from '../../src/model/host.ts';
import { livesWithoutInjection } from '../../src/space/pods.ts';
import { controlPlane, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { byPod, checkOf, podWorld, store } from './support.ts';

const named = controlPlane('a', { group: '', name: host('a') });
const LABELLED = { name: host('a'), controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' };
const GOLD = { labelSelectors: [{ matchLabels: { tier: 'gold' } }] };

/** A namespace named outright: its labels may name the control plane, whose own labels are not read. */
function namedWith(stores: readonly SecretStore[], namespace: object = LABELLED): WorldParts {
  return podWorld({ controlPlanes: [named], namespaces: [{ name: host('a'), ...namespace }], stores });
}
const auth = (parts: WorldParts) => checkOf('store-auth', parts, {}, byPod);
const status = (parts: WorldParts) => checkOf('store-status', parts, {}, byPod);
const may = (overrides: Partial<SecretStore>) => store({ selector: GOLD, provisioned: [], ...overrides });

describe('with `namespaces`', () => {
  test('stores that name the control plane are judged', () => {
    expect(auth(namedWith([store({ auth: 'jwt' })])).status).toBe('fail');
    expect(auth(namedWith([store()]))).toMatchObject({ status: 'pass' });
    expect(status(namedWith([store()]))).toMatchObject({ status: 'pass' });
  });

  test.each<[string, Partial<SecretStore>, string, string]>([
    ['could not work here', { auth: 'jwt' }, 'unknown', "team-a/store can't work with EKS Pod Identity"],
    ['works', {}, 'warn', 'team-a/store'],
    ['has static keys', { auth: 'static-keys' }, 'warn', 'static keys'],
  ])('one that selects by labels may select it, and %s', (_what, overrides, expected, said) => {
    const parts = namedWith([may(overrides)]);
    expect(auth(parts)).toMatchObject({ status: expected, detail: expect.stringContaining(said) });
    expect(auth(parts).detail).toContain('with `namespaces`, labels of control planes are not read');
    expect(status(parts)).toMatchObject({
      status: 'warn',
      detail:
        'whether team-a/store selects it is not known: with `namespaces`, labels of control planes are not read',
    });
  });

  test('what is known to be wrong comes before what may be', () => {
    const parts = namedWith([store({ name: 'one', auth: 'jwt' }), may({ name: 'two', auth: 'jwt' })]);
    expect(auth(parts)).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^team-a\/one .*; team-a\/two /),
    });
    const broken = store({ name: 'one', failed: [{ controlPlane: 'ctp-a', message: 'no' }] });
    expect(status(namedWith([broken, may({ name: 'two' })])).detail).toBe(
      'team-a/one: no; whether team-a/two selects it is not known: with `namespaces`, labels of control planes are not read',
    );
  });

  test('a namespace that is not labelled may have every store', () => {
    const parts = namedWith([store({ auth: 'jwt' }), store({ name: 'b', group: 'team-b' })], {});
    expect(auth(parts).status).toBe('unknown');
    expect(status(parts).detail).toContain('whether team-a/store, team-b/b selects it is not known');
    expect(auth(namedWith([], {})).status).toBe('pass');
    expect(auth(namedWith([store({ provider: 'other' })], {})).status).toBe('pass');
  });
});

test('a controller does without injection only when no store may need it', () => {
  const jwt = store({ auth: 'jwt' });
  expect(livesWithoutInjection({ stores: [jwt], possibleStores: [] })).toBe(true);
  expect(livesWithoutInjection({ stores: [jwt], possibleStores: [jwt] })).toBe(true);
  expect(livesWithoutInjection({ stores: [jwt], possibleStores: [store()] })).toBe(false);
  expect(livesWithoutInjection({ stores: [], possibleStores: [jwt] })).toBe(false);
});
