/** Changes with their defaults. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Plan } from '../../src/model/change.ts';
import { observe } from '../../src/observe/world.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { isBy, makeChange, unmanaged } from '../../src/resources/change-maker.ts';
import { association, intent, releaseIntent, role } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { ROLE_ARN } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { someIntent, someStart, stateOf } from '../support/starting-states.ts';
import { deployment, pod } from '../support/workloads.ts';
import { desiredOf, placeOf } from '../support/world-of.ts';

const draft = { id: 'role', target: 'arn', reason: 'why', severity: 'security' } as const;

const WRITE = { op: 'delete-role', roleName: 'x', tags: {}, trustPolicy: { Statement: [] } } as const;

test('a change is complete: what is not said has no effect, no before and after, and counts as drift', () => {
  const change = makeChange({ ...draft, action: 'delete' }, WRITE);
  expect(change).toEqual({
    ...draft,
    address: 'role',
    action: 'delete',
    effect: '',
    before: null,
    after: null,
    drift: true,
    write: WRITE,
  });
});

test('what is not ours has no write, and counts as drift only when it is said to', () => {
  expect(unmanaged(draft)).toMatchObject({ action: 'foreign', drift: false, write: { op: 'none' } });
  expect(unmanaged({ ...draft, address: 'elsewhere', drift: true })).toMatchObject({
    address: 'elsewhere',
    drift: true,
  });
});

test('changes are told apart by their operation', () => {
  const change = makeChange({ ...draft, action: 'delete' }, WRITE);
  expect([isBy(['create-role', 'delete-role'])(change), isBy(['none'])(change)]).toEqual([true, false]);
});

const addresses = ({ changes }: Pick<Plan, 'changes'>): readonly string[] =>
  changes.map(({ address }) => address);
const repeated = (plan: Pick<Plan, 'changes'>): readonly string[] =>
  addresses(plan).filter((address, index, all) => all.indexOf(address) !== index);

describe('the addresses of a plan', () => {
  test('are unique, whatever there was and whatever is desired', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, async (start, asked) => {
        const state = stateOf(start);
        const world = await observe(fakeSpace(state).read, asked, placeOf(asked, state.cluster));
        const desired = desiredOf(asked, state.cluster);
        expect(repeated(planTowards(desired, world))).toEqual([]);
        expect(repeated(planRemoval(desired, world))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('tell the Deployments of one service account apart', () => {
    const base = settledIrsa(['a']);
    const deployments = [deployment('a'), deployment('a', { name: 'second' })];
    const plan = planFor(IRSA, {
      ...base,
      workloads: {
        ...base.workloads,
        deployments,
        pods: [pod('a', 'nothing'), pod('a', 'nothing', { replicaSet: 'second-1' })],
      },
    });
    expect(new Set(plan.changes.map(({ id }) => id)).size).toBe(1);
    expect([addresses(plan).length, repeated(plan)]).toEqual([2, []]);
  });

  test('tell the labels of pods apart', () => {
    const asked = intent({ release: releaseIntent({ podLabels: { a: 'b', c: 'd' } }) });
    expect(addresses(planFor(asked, settledIrsa()))).toEqual(['helm/pod-labels/a', 'helm/pod-labels/c']);
  });

  test('tell policies of one name apart', () => {
    const attachedPolicies = ['arn:aws:iam::aws:policy/X', 'arn:aws:iam::111122223333:policy/path/X'];
    const inlinePolicies = { ...settledPods().role?.inlinePolicies, X: { Statement: [] } };
    const trustPolicy = settledPods().role?.trustPolicy ?? role().trustPolicy;
    const parts = settledPods(['a', 'b'], {
      role: role({ trustPolicy, attachedPolicies, inlinePolicies }),
    });
    const plan = planFor(PODS, parts);
    expect(plan.changes.map(({ id }) => id)).toEqual(Array(3).fill('role/foreign-policy/X'));
    expect(repeated(plan)).toEqual([]);
  });

  test('tell an update of an association from what others have altered on it', () => {
    const actual = association('a', { hasPolicy: true, disableSessionTags: true });
    const elsewhere = { kind: 'referenced', arn: ROLE_ARN } as const;
    const asked = intent({ identity: 'pod-identity', role: elsewhere, tags: { team: 'a' } });
    const plan = planFor(asked, settledPods(['a'], { associations: [actual] }));
    expect([addresses(plan).length, repeated(plan)]).toEqual([2, []]);
  });
});
