/** Which control planes are selected, where they live, and why one is not ready. */
import { describe, expect, test } from '@jest/globals';
import type { RawControlPlane } from '../../src/model/ports.ts';
import type { Namespace } from '../../src/model/host.ts';
import { mapControlPlanes } from '../../src/observe/control-planes.ts';
import { facts, rawControlPlane } from '../support/factories.ts';
import { host } from '../support/names.ts';

const ALL = { globs: [], namespaces: [] };
const raw = rawControlPlane('a');
const withoutId = (overrides: Partial<RawControlPlane> = {}): RawControlPlane => {
  const { id: _id, ...rest } = rawControlPlane('a', overrides);
  return rest;
};
const labelled = (name: string, controlPlaneName = 'ctp-a', controlPlaneGroup = 'team-a'): Namespace => ({
  name,
  controlPlaneName,
  controlPlaneGroup,
});

const map = (listed: RawControlPlane, namespaces: readonly Namespace[]) =>
  mapControlPlanes(facts({ controlPlanes: [listed], namespaces }), ALL)[0];

describe('the host namespace', () => {
  test.each<[string, RawControlPlane, readonly Namespace[], string | undefined]>([
    ['comes from the ID', raw, [{ name: host('a') }], host('a')],
    ['comes from the ID also before it exists', raw, [], host('a')],
    [
      'is the named one when it is labelled for this control plane',
      rawControlPlane('a', { hostNamespace: 'own' }),
      [labelled('own'), { name: host('a') }],
      'own',
    ],
    [
      'is not the named one without the labels: the feature may be off',
      rawControlPlane('a', { hostNamespace: 'own' }),
      [{ name: 'own' }, { name: host('a') }],
      host('a'),
    ],
    [
      'is not the named one when it is labelled for another group',
      rawControlPlane('a', { hostNamespace: 'own' }),
      [labelled('own', 'ctp-a', 'team-b')],
      host('a'),
    ],
    ...(
      [
        ['one of the labels alone: its name', { controlPlaneName: 'ctp-a' }, host('a')],
        ['one of the labels alone: its group', { controlPlaneGroup: 'team-a' }, host('a')],
        ['one of the labels alone: the name of another', { controlPlaneName: 'ctp-b' }, undefined],
        ['one of the labels alone: the group of another', { controlPlaneGroup: 'team-b' }, undefined],
      ] as const
    ).map(([what, labels, expected]): [string, RawControlPlane, readonly Namespace[], string | undefined] => [
      `bears ${what}`,
      raw,
      [{ name: host('a'), ...labels }],
      expected,
    ]),
    [
      'is the named one with one of the labels',
      rawControlPlane('a', { hostNamespace: 'own' }),
      [{ name: 'own', controlPlaneGroup: 'team-a' }],
      'own',
    ],
    ['is not one labelled for another control plane', raw, [labelled(host('a'), 'ctp-b')], undefined],
    ['is the labelled one without an ID', withoutId(), [labelled('x'), { name: 'y' }], 'x'],
    [
      'is none without an ID that is labelled for a namesake in another group, nor for another of its group',
      withoutId(),
      [labelled('x', 'ctp-a', 'team-b'), labelled('y', 'ctp-b'), { name: 'z', controlPlaneGroup: 'team-a' }],
      undefined,
    ],
    [
      'is the labelled one beside those of a namesake and of its group',
      withoutId(),
      [labelled('x', 'ctp-a', 'team-b'), labelled('own'), labelled('y', 'ctp-b')],
      'own',
    ],
    ['is unknown where two are labelled', withoutId(), [labelled('x'), labelled('y')], undefined],
    ['is unknown without an ID and labels', withoutId(), [{ name: host('a') }], undefined],
    ['is unknown when the ID makes no name', rawControlPlane('A_b'), [], undefined],
  ])('%s', (_rule, listed, namespaces, expected) => {
    expect(map(listed, namespaces)?.namespace).toBe(expected);
    expect(map(listed, namespaces)?.id).toBe(listed.id);
  });
});

describe('why a control plane is not ready', () => {
  const namespaceOfA = [{ name: host('a') }];
  test.each<[RawControlPlane, readonly Namespace[], string | undefined]>([
    [raw, namespaceOfA, undefined],
    [rawControlPlane('a', { conditions: {} }), namespaceOfA, undefined],
    [rawControlPlane('a', { deleting: true }), namespaceOfA, 'it is being deleted'],
    [
      rawControlPlane('a', { conditions: { Ready: { status: 'False', reason: 'RestorePending' } } }),
      namespaceOfA,
      'its restore is pending',
    ],
    [
      rawControlPlane('a', { conditions: { Ready: { status: 'False', reason: 'Creating' } } }),
      namespaceOfA,
      undefined,
    ],
    [withoutId(), namespaceOfA, 'it has no ID yet'],
    [raw, [labelled(host('a'), 'ctp-b')], 'its host namespace could not be determined'],
    [raw, [], 'its host namespace mxp-a-system does not exist yet'],
  ])('%#', (listed, namespaces, why) => {
    expect(map(listed, namespaces)?.notReady).toBe(why);
  });
});

describe('what is selected', () => {
  const all = [
    rawControlPlane('a', { group: 'team-a', name: 'prod-1' }),
    rawControlPlane('b', { group: 'team-a', name: 'test' }),
    rawControlPlane('c', { group: 'team-b', name: 'prod-2' }),
    rawControlPlane('d', { group: 'team-b', name: '.hidden', matchesSelector: false }),
    rawControlPlane('e', { group: 'team-b', name: 'leaving', deleting: true }),
  ];
  const selected = (globs: readonly string[]) =>
    mapControlPlanes(facts({ controlPlanes: all }), { globs, namespaces: [] })
      .filter((controlPlane) => controlPlane.selected)
      .map(({ name }) => name);

  test.each<[readonly string[], readonly string[]]>([
    [[], ['prod-1', 'test', 'prod-2']],
    [['*/*'], ['prod-1', 'test', 'prod-2']],
    [['team-a/*'], ['prod-1', 'test']],
    [['*/prod-?'], ['prod-1', 'prod-2']],
    [
      ['team-a/test', 'team-b/prod-[0-9]'],
      ['test', 'prod-2'],
    ],
    [['!team-b/*'], ['prod-1', 'test']],
    [['*/prod-*', '!team-b/*'], ['prod-1']],
    [['team-?'], []],
    [['team-c/*'], []],
  ])('%j', (globs, names) => {
    expect(selected(globs)).toEqual(names);
  });

  test.each([
    ['team-b/leaving', ['leaving']],
    ['team-b/*', ['leaving']],
    ['team-a/*', []],
  ])('%s fits %j of those that are being deleted', (glob, names) => {
    const mapped = mapControlPlanes(facts({ controlPlanes: all }), { globs: [glob], namespaces: [] });
    expect(mapped.filter(({ leaving }) => leaving === true).map(({ name }) => name)).toEqual(names);
  });

  test('what is not selected is still listed', () => {
    expect(mapControlPlanes(facts({ controlPlanes: all }), { globs: ['x/y'], namespaces: [] })).toHaveLength(
      5,
    );
  });
});

test('namespaces named outright stand for themselves, whatever control planes exist', () => {
  const space = facts({ controlPlanes: [raw], namespaces: [{ name: 'one' }] });
  expect(mapControlPlanes(space, { globs: [], namespaces: ['one', 'two'] })).toEqual([
    { group: '', name: 'one', namespace: 'one', selected: true, deleting: false },
    {
      group: '',
      name: 'two',
      namespace: 'two',
      selected: true,
      deleting: false,
      notReady: 'the namespace does not exist',
    },
  ]);
});
