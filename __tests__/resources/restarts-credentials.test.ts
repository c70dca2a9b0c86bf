/** Restarts of pods that may hold older credentials. */
import { describe, expect, test } from '@jest/globals';
import type { Association } from '../../src/model/world.ts';
import { association, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host, HOUR, OTHER_ROLE_ARN, ROLE_ARN, START } from '../support/names.ts';
import { planFor, towards } from '../support/plans.ts';
import { PODS, settledIrsa, settledPods } from '../support/settled.ts';

const restarts = (parts: WorldParts, asked = PODS) => towards(asked, parts, 'restart');
const RESTARTED = [`restart restart/${host('a')}`];
const having = (overrides: Partial<Association>, seenAt = START): WorldParts =>
  settledPods(['a'], { associations: [association('a', overrides)], seenAt });
const withRole = (createdAt: number | undefined, seenAt = START + 2 * HOUR): WorldParts => {
  const { role: there = role(), ...parts } = settledPods(['a'], { seenAt });
  return createdAt === undefined ? parts : { ...parts, role: { ...there, createdAt } };
};
const NEWER = { modifiedAt: START + 1 } as const;

describe('a controller whose pods may hold credentials from before', () => {
  test.each<[string, WorldParts, readonly string[]]>([
    ['is restarted: its association is newer than the pod', having(NEWER, START + HOUR), RESTARTED],
    ['is left: no cache lasts that long', having(NEWER, START + 7 * HOUR), []],
    ['is left: the pod is newer', having({}), []],
    [
      'is restarted: its association is about to get another role',
      having({ roleArn: OTHER_ROLE_ARN }),
      RESTARTED,
    ],
    ['is restarted: its session tags are about to come', having({ disableSessionTags: true }), RESTARTED],
    ['is left: tags change nothing of the credentials', having({ tags: { 'managed-by': 'x' } }), []],
    ['is restarted: the role is made anew', withRole(undefined), RESTARTED],
    ['is restarted: the role was made anew', withRole(START + HOUR), RESTARTED],
    ['is left: the pod is newer than the role', withRole(START - HOUR), []],
    ['is left: no cache has lasted so long', withRole(START + 1000, START + 7 * HOUR), []],
    ['is restarted: the association is made anew', settledPods(['a'], { associations: [] }), RESTARTED],
  ])('%s', (_what, parts, expected) => {
    expect(restarts(parts)).toEqual(expected);
  });

  test.each<[string, Partial<Association>]>([
    ['narrowed by somebody', { disableSessionTags: true, hasPolicy: true }],
    ["somebody else's", { roleArn: OTHER_ROLE_ARN, tags: {} }],
    ["an add-on's", { roleArn: OTHER_ROLE_ARN, ownerArn: 'arn' }],
  ])('is left where its association stays as it is: %s', (_what, overrides) => {
    expect(restarts(having(overrides))).toEqual([]);
  });

  test('with a role made elsewhere, session tags are its makers’ affair', () => {
    const referenced = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
    expect(restarts(having({ disableSessionTags: true }), referenced)).toEqual([]);
    expect(restarts(having({ disableSessionTags: true }), { ...PODS, role: ownedRole() })).toEqual(RESTARTED);
  });

  test('says why, and without a restart that it is needed', () => {
    expect(planFor(PODS, having(NEWER)).changes.map(({ reason }) => reason)).toEqual([
      'pod external-secrets-a: it may hold credentials from before its association changed',
    ]);
    expect(planFor({ ...PODS, restart: 'never' }, having(NEWER)).warnings).toEqual([
      expect.stringContaining('1 controller will not be restarted'),
    ]);
  });

  test('is none under IRSA', () => {
    expect(restarts(settledIrsa(['a']), intent())).toEqual([]);
  });
});

const digestOf = (parts: WorldParts) => planFor(PODS, parts).digest;

test('a plan is another one once a pod may hold older credentials, and no other one with time', () => {
  const never = { ...PODS, restart: 'never' } as const;
  expect(planFor(never, having(NEWER)).digest).not.toBe(planFor(never, having({})).digest);
  expect(digestOf(having(NEWER, START + HOUR))).toBe(digestOf(having(NEWER, START + 2 * HOUR)));
  expect(digestOf(having({ modifiedAt: START + 2 }))).toBe(digestOf(having(NEWER)));
  expect(digestOf(withRole(START - HOUR))).toBe(digestOf(withRole(START - 2 * HOUR)));
});
