/** From what was seen to the entries: who is in, in which order, under which label. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fleetOf } from '../../src/fleet/entries.ts';
import type { FoundCluster } from '../../src/model/fleet.ts';
import { ACCOUNTS, configOf, failure, found, refusal, roleIn, view } from './support.ts';

const [first, second] = ACCOUNTS;
const labelsOf = (clusters: readonly FoundCluster[], refusals = [] as ReturnType<typeof refusal>[]) =>
  fleetOf(configOf(), [view({ clusters, refusals })]).members.map(({ entry }) => entry.label);

test('an entry has what its job needs', () => {
  const clusters = [found('space')];
  expect(fleetOf(configOf(), [view({ clusters })]).members).toEqual([
    {
      entry: {
        cluster: 'space',
        region: 'eu-central-1',
        account: first,
        role: roleIn(first),
        label: 'space',
      },
      found: clusters[0],
    },
  ]);
});

test.each([
  ['the role that found it', {}, roleIn(first), 'aws', roleIn(first)],
  ['none, with the job’s own credentials', {}, undefined, 'aws', ''],
  ['the later role', { 'role-name-in-account': 'check' }, roleIn(first), 'aws', roleIn(first, 'check')],
  [
    'the later role in its partition',
    { 'role-name-in-account': 'ci/check' },
    undefined,
    'aws-cn',
    `arn:aws-cn:iam::${first}:role/ci/check`,
  ],
])('its role is %s', (_what, texts, role, partition, expected) => {
  const { members } = fleetOf(configOf(texts), [view({ role, clusters: [found('space', { partition })] })]);
  expect(members.map(({ entry }) => entry.role)).toEqual([expected]);
});

test('all tags must fit, by key and value as they are spelled', () => {
  const clusters = [
    found('both', { tags: { team: 'a', env: 'prod', more: '' } }),
    found('one', { tags: { team: 'a' } }),
    found('other-value', { tags: { team: 'a', env: 'Prod' } }),
    found('other-key', { tags: { Team: 'a', env: 'prod' } }),
    found('none'),
  ];
  const fleet = fleetOf(configOf({ 'cluster-tags': 'team=a\nenv=prod' }), [view({ clusters })]);
  expect(fleet.members.map(({ entry }) => entry.cluster)).toEqual(['both']);
  expect(fleet.unreachable).toEqual([]);
  expect(fleetOf(configOf({ 'cluster-tags': 'toString=x' }), [view({ clusters })]).members).toEqual([]);
});

test('a cluster that can’t be used is told, unless its tags don’t fit', () => {
  const tags = { team: 'a' };
  const clusters = [
    found('active', { tags }),
    found('updating', { tags, status: 'UPDATING' }),
    ...['CREATING', 'PENDING', 'DELETING', 'FAILED', 'UNKNOWN'].map((status) =>
      found(status.toLowerCase(), { tags, status }),
    ),
    found('of-others', { status: 'DELETING' }),
  ];
  const fleet = fleetOf(configOf({ 'cluster-tags': 'team=a' }), [view({ clusters })]);
  expect(fleet.members.map(({ entry }) => entry.cluster)).toEqual(['active', 'updating']);
  expect(fleet.unreachable.map(({ cluster, reason }) => [cluster, reason])).toEqual([
    ['creating', 'the cluster is CREATING'],
    ['deleting', 'the cluster is DELETING'],
    ['failed', 'the cluster is FAILED'],
    ['pending', 'the cluster is PENDING'],
    ['unknown', 'the cluster is UNKNOWN'],
  ]);
});

test('a refusal is told in one line with its reason', () => {
  const refusals = [
    refusal({ cluster: 'b' }),
    refusal({ account: second, region: '', failure: failure('sign-in-denied', 'no\n  such role ') }),
    refusal({ region: 'us-east-1', failure: failure('throttled', 'Rate exceeded (request id a-1)') }),
  ];
  expect(fleetOf(configOf(), [view({ refusals })]).unreachable).toEqual([
    { account: second, region: '', cluster: '', reason: 'sign-in-denied: no such role' },
    { account: first, region: 'us-east-1', cluster: '', reason: 'throttled: Rate exceeded' },
    { account: first, region: 'eu-central-1', cluster: 'b', reason: 'access-denied: AccessDenied: no' },
  ]);
});

test('two refusals of one place stay in the order of the accounts', () => {
  const refusals = [refusal({ failure: failure('throttled', 'first') }), refusal()];
  const { unreachable } = fleetOf(configOf(), [view({ refusals })]);
  expect(unreachable.map(({ reason }) => reason)).toEqual([
    'throttled: first',
    'access-denied: AccessDenied: no',
  ]);
});

describe('labels', () => {
  test('have region and account only where they need them', () => {
    expect(
      labelsOf([
        found('alone'),
        found('twice'),
        found('twice', { region: 'us-east-1' }),
        found('thrice'),
        found('thrice', { account: second }),
        found('thrice', { region: 'us-east-1' }),
      ]),
    ).toEqual([
      'alone',
      `thrice.eu-central-1.${first}`,
      `thrice.eu-central-1.${second}`,
      'thrice.us-east-1',
      'twice.eu-central-1',
      'twice.us-east-1',
    ]);
  });

  test('stay as they are when a cluster of the same name is out of reach for a day', () => {
    const other = { region: 'us-east-1', cluster: 'space' };
    const whole = labelsOf([found('space'), found('space', { region: 'us-east-1' })]);
    expect(labelsOf([found('space')], [refusal(other)])).toEqual([whole[0]]);
  });

  const places = fc.uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[ab][a-z1-]{0,3}(x{90})?$/),
      region: fc.constantFrom('eu-central-1', 'us-east-1'),
      account: fc.constantFrom(...ACCOUNTS),
    }),
    { selector: ({ name, region, account }) => `${name} ${region} ${account}`, maxLength: 30 },
  );

  test('are unique, fit the input `label` and the name of an artifact; no order of the answers matters', () => {
    fc.assert(
      fc.property(places, fc.array(fc.nat(1_000), { minLength: 30, maxLength: 30 }), (all, luck) => {
        const clusters = all.map(({ name, ...more }) => found(name, more));
        const labels = labelsOf(clusters);
        expect(new Set(labels).size).toBe(all.length);
        expect(labels.filter((label) => !/^[\w.-]{1,100}$/.test(label))).toEqual([]);
        const shuffled = clusters
          .map((one, n) => ({ one, at: luck[n] ?? 0 }))
          .toSorted((a, b) => a.at - b.at);
        expect(labelsOf(shuffled.map(({ one }) => one))).toEqual(labels);
      }),
    );
  });
});
