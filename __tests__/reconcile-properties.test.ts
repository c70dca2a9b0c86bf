/** Properties of all modes, from any starting state. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../src/model/config.ts';
import { ownChanges } from '../src/plan/entries.ts';
import { annotationOf } from './support/fake-helm.ts';
import { comingUp, liveOn, type Ran, runMode } from './support/running.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { host, ROLE_ARN } from './support/names.ts';
import { isOpenedByOthers, someIntent, someStart, stateOf } from './support/starting-states.ts';
import { admits, requestOf } from './support/trust-evaluation.ts';
import { watchForeign, watchReads, watchRemovals, watchTrust } from './support/watching.ts';

/** Refusals that a starting state can bring about. */
const REFUSALS = [
  'not-owned',
  'quota-exceeded',
  'gitops-managed',
  'invalid-input',
  'access-denied',
  'nothing-listed',
];

type Start = typeof someStart extends fc.Arbitrary<infer T> ? T : never;

function begin(start: Start, intent: Intent): FakeSpace {
  const space = fakeSpace(stateOf(start));
  if (start.late) comingUp(space.state, 'late');
  // Who sets the value himself has to see to it that it arrives.
  if (!start.carries && intent.release.annotate === 'helm') space.state.carryMs = () => 1e9;
  liveOn(space.state, intent, ROLE_ARN);
  return space;
}

/** What belongs to somebody else in one control plane keeps no other from being served. */
const isOfOne = ({ record }: Ran): boolean =>
  record.plan !== undefined &&
  record.plan.doubts.length === 0 &&
  record.plan.blockers.every((blocker) => blocker.host !== undefined);

/** Refused before any write, or done; with `restart: never` the pods are left as they are, which is said. */
function expectRefusedOrDone(ran: Ran, space: FakeSpace, intent: Intent): void {
  const { failure } = ran;
  if (failure === undefined) return;
  // Who keeps the action from restarting pods or from adding the agent is told what does not work for it.
  const held = intent.restart === 'never' || !intent.installAgent;
  if ((held || isOpenedByOthers(space.state, intent)) && failure.reason === 'not-verified') return;
  expect(`${failure.reason}: ${failure.message}`).toMatch(new RegExp(`^(${REFUSALS.join('|')}):`));
  if (!isOfOne(ran)) expect(space.writes).toEqual([]);
}

async function expectSettled(space: FakeSpace, intent: Intent): Promise<void> {
  const planned = await runMode(space, 'plan', intent);
  const open = ownChanges(planned.record.plan ?? { changes: [] });
  expect(open).toEqual([]);
  const before = space.writes.length;
  const again = await runMode(space, 'apply', intent);
  expect(space.writes.slice(before)).toEqual([]);
  expect([...again.record.restarted].toSorted()).toEqual([]);
}

/** What was left undone stays so, and nothing else is done. */
async function expectNoMore(space: FakeSpace, intent: Intent): Promise<void> {
  // What a move of all pods was waited for comes with the next run.
  await runMode(space, 'apply', intent);
  const before = space.writes.length;
  const again = await runMode(space, 'apply', intent);
  expect(again.failure).toBeDefined();
  expect(space.writes.slice(before)).toEqual([]);
}

/** More runs for a longer look: `PROPERTY_RUNS=5000`. */
const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

const check = async (body: (start: Start, intent: Intent) => Promise<void>): Promise<void> =>
  await fc.assert(fc.asyncProperty(someStart, someIntent, body), { numRuns });

/** Control planes that are not selected and would get our role by IRSA at their next restart. */
function bystanders({ state }: FakeSpace, intent: Intent): readonly string[] {
  const { role } = state;
  if (role === undefined || intent.selection.globs.length === 0) return [];
  return state.controlPlanes
    .filter(({ group, id }) => group !== 'team-a' && id !== undefined)
    .map(({ id = '' }) => host(id))
    .filter(
      (namespace) =>
        state.annotations.get(namespace) === ROLE_ARN &&
        state.associations.every((association) => association.namespace !== namespace) &&
        state.pods.some((pod) => pod.namespace === namespace && pod.irsaRoleArn === ROLE_ARN) &&
        admits(role.trustPolicy, requestOf('irsa', namespace)),
    );
}

describe('from any starting state', () => {
  test('apply refuses before any write or leaves nothing to do, and touches nothing foreign', async () => {
    await check(async (start, intent) => {
      const space = begin(start, intent);
      const foreign = watchForeign(space, intent.adopt);
      const first = await runMode(space, 'apply', intent);
      expectRefusedOrDone(first, space, intent);
      expect(foreign).toEqual([]);
      if (first.failure === undefined) await expectSettled(space, intent);
      else await expectNoMore(space, intent);
    });
  });

  test('no running pod loses the trust of its role, or its own secrets, or gains another’s, and an association goes only after the annotation has come', async () => {
    await check(async (start, intent) => {
      const space = begin(start, intent);
      const early = watchRemovals(space, intent);
      const lost = watchTrust(space);
      const reads = watchReads(space, intent);
      await runMode(space, 'apply', intent);
      expect({ lost, early, reads }).toEqual({ lost: [], early: [], reads: [] });
    });
  });

  test('control planes that are not selected keep the identity that they have', async () => {
    await check(async (start, intent) => {
      const space = begin(start, intent);
      // Only what the Space's own value says lasts: Spaces takes any other annotation away.
      if (annotationOf(space.state) !== ROLE_ARN) return;
      const before = bystanders(space, intent);
      await runMode(space, 'apply', intent);
      expect(bystanders(space, intent)).toEqual(expect.arrayContaining([...before]));
    });
  });
});
