/** Runs with other inputs one after the other, some of them killed: what one has left is the next one's start. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ownChanges } from '../src/plan/entries.ts';
import type { Intent } from '../src/model/config.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { killAfter, type Ran, runMode } from './support/running.ts';
import { someIntent, someStart, stateOf } from './support/starting-states.ts';
import { watchForeign, watchReads, watchRemovals, watchTrust } from './support/watching.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

/** Refusals that a starting state, or what an earlier run has left, can bring about. */
const REFUSALS = [
  'not-owned',
  'quota-exceeded',
  'gitops-managed',
  'invalid-input',
  'access-denied',
  'nothing-listed',
  'not-verified',
];

const someStep = fc.record({
  asked: someIntent,
  /** After so many writes it is killed; the last one never is. */
  killedAfter: fc.option(fc.nat(12), { nil: undefined, freq: 2 }),
});

/** What a run does wrong while it is under way, and how it ends. */
async function watched(
  space: FakeSpace,
  intent: Intent,
  killedAfter: number | undefined,
): Promise<{ readonly ran: Ran; readonly wrong: object }> {
  const { before } = space;
  const foreign = watchForeign(space, intent.adopt);
  const lost = watchTrust(space);
  const reads = watchReads(space, intent);
  const early = watchRemovals(space, intent);
  const revive = killedAfter === undefined ? () => undefined : killAfter(space, killedAfter);
  const ran = await runMode(space, 'apply', intent);
  revive();
  space.before = before;
  space.state.watch = () => undefined;
  // Spaces carries on what it was told.
  space.state.clock.advance(20_000);
  return { ran, wrong: { foreign, lost, reads, early } };
}

test('nobody loses the role or what is theirs, and what is done leaves nothing to do', async () => {
  const steps = fc.array(someStep, { minLength: 2, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(someStart, steps, async (start, all) => {
      const space = fakeSpace(stateOf(start));
      if (!start.carries) space.state.carryMs = () => 1e9;
      for (const [n, { asked, killedAfter }] of all.entries()) {
        const intent: Intent = { ...asked, release: { ...asked.release, annotate: 'helm' } };
        const isKilled = killedAfter !== undefined && n < all.length - 1;
        const { ran, wrong } = await watched(space, intent, isKilled ? killedAfter : undefined);
        expect(wrong).toEqual({ foreign: [], lost: [], reads: [], early: [] });
        if (isKilled) continue;
        if (ran.failure === undefined) {
          const { record } = await runMode(space, 'plan', intent);
          expect(ownChanges(record.plan ?? { changes: [] })).toEqual([]);
        } else expect(REFUSALS).toContain(ran.failure.reason);
      }
    }),
    { numRuns },
  );
});
