/** How many associations a cluster holds. */
import { expect, test } from '@jest/globals';
import type { World } from '../../src/model/world.ts';
import { refuseToBegin } from '../../src/plan/gate.ts';
import { planAssociations } from '../../src/resources/associations.ts';
import { association } from '../support/factories.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

/** Control plane `a` and others, as many as that, which have their associations. */
function beside(count: number, ofA?: ReturnType<typeof association>): World {
  const world = worldOf(PODS, settledPods(['a'], { associations: ofA === undefined ? [] : [ofA] }));
  const others = world.hosts.flatMap((one) =>
    Array.from({ length: count }, () => ({ ...one, association: association('b') })),
  );
  return { ...world, hosts: [...world.hosts, ...others] };
}

const blockersOf = (world: World) => planAssociations(desiredOf(PODS), world).blockers ?? [];

test('up to 5,000 are planned', () => {
  expect(blockersOf(beside(4_999))).toEqual([]);
});

test('one more is refused before the first write, with the ways out', () => {
  const blockers = blockersOf(beside(5_000));
  expect(blockers).toMatchObject([
    {
      reason: 'quota-exceeded',
      target: 'arn:aws:eks:eu-central-1:111122223333:cluster/space-prod',
      message:
        'with 1 new association the cluster would have 5001 for this service account, EKS allows 5000 in a cluster',
      next: expect.stringContaining('trust-scope: pattern'),
    },
  ]);
  expect(() => refuseToBegin({ blockers, doubts: [] })).toThrow('5001');
});

test('where none is to be made, nothing is refused, however many EKS has come to allow', () => {
  expect(blockersOf(beside(6_000, association('a')))).toEqual([]);
});
