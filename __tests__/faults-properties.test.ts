/** Properties of a run in which any one write fails. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Change } from '../src/model/change.ts';
import type { Intent } from '../src/model/config.ts';
import { leftOut } from '../src/plan/gate.ts';
import { ownChanges } from '../src/plan/entries.ts';
import { comingUp, liveOn, type Ran, runMode } from './support/running.ts';
import { type Fault, type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { ROLE_ARN } from './support/names.ts';
import { watchTrust } from './support/watching.ts';
import { isOpenedByOthers, someIntent, someStart, stateOf } from './support/starting-states.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

const someFault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 8 }),
  when: fc.constantFrom('before', 'after'),
});

function begin(start: Parameters<typeof stateOf>[0], intent: Intent): FakeSpace {
  const space = fakeSpace(stateOf(start));
  if (start.late) comingUp(space.state, 'late');
  liveOn(space.state, intent, ROLE_ARN);
  return space;
}

/** Every change that was to be carried out is accounted for, and a failed run has a failed change. */
function expectAccountedFor({ record }: Ran): void {
  const open = ownChanges(record.plan ?? { changes: [] });
  const without = open.filter((change: Change) => record.outcomes.get(change.address) === undefined);
  expect(without.map((change) => change.id)).toEqual([]);
  const statuses = [...record.outcomes.values()].map((outcome) => outcome.status);
  expect(statuses).toContain('failed');
  for (const { status, failure } of record.outcomes.values())
    if (status !== 'not-attempted') expect(failure !== undefined).toBe(status === 'failed');
}

describe('when any one write fails', () => {
  test('every change has an outcome, and applying again puts things right', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, someFault, async (start, intent, fault) => {
        const space = begin(start, intent);
        const lost = watchTrust(space);
        space.fault = fault;
        const broken = await runMode(space, 'apply', intent);
        if (space.writes.length < fault.nth) return;
        expect(broken.failure?.reason).toBe('internal');
        expectAccountedFor(broken);
        space.fault = undefined;
        const healed = await runMode(space, 'apply', intent);
        const held =
          intent.restart === 'never' || !intent.installAgent || isOpenedByOthers(space.state, intent);
        expect(lost).toEqual([]);
        // What is somebody else's in one control plane is left to them, in this run as in the next.
        if (
          leftOut(healed.record.plan ?? { changes: [], blockers: [] }, healed.record.outcomes) !== undefined
        )
          return expect(healed.failure).toBeDefined();
        const said = held ? ['not-verified', undefined] : [undefined];
        expect(said).toContain(healed.failure?.reason);
        const planned = await runMode(space, 'plan', intent);
        expect(ownChanges(planned.record.plan ?? { changes: [] })).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('destroying again ends what was begun', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, someFault, async (start, given, fault) => {
        const intent = { ...given, release: { ...given.release, annotate: 'helm' as const } };
        const space = begin(start, intent);
        space.fault = fault;
        const broken = await runMode(space, 'destroy', intent);
        if (space.writes.length < fault.nth) return;
        expect(broken.failure?.reason).toBe('internal');
        expectAccountedFor(broken);
        space.fault = undefined;
        expect((await runMode(space, 'destroy', intent)).failure).toBeUndefined();
        // Whoever rested on the OIDC provider may have lost their role with the Space's own value.
        await runMode(space, 'destroy', intent);
        const planned = await runMode(space, 'destroy', intent);
        expect(ownChanges(planned.record.plan ?? { changes: [] })).toEqual([]);
      }),
      { numRuns },
    );
  });
});
