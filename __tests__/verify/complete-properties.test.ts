/** Properties of a verification: complete, and passed only by what passed. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { CheckStatus } from '../../src/model/check.ts';
import { observe } from '../../src/observe/world.ts';
import { ISOLATION_CHECKS } from '../../src/verify/isolation.ts';
import { isVerified, verify } from '../../src/verify/verify.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { comingUp } from '../support/running.ts';
import { someIntent, someStart, stateOf } from '../support/starting-states.ts';
import { desiredOf, placeOf } from '../support/world-of.ts';
import { NO_EVIDENCE } from './support.ts';

test('every check has a row for each selected control plane; what needs none is judged in a Space without one', async () => {
  await fc.assert(
    fc.asyncProperty(someStart, someIntent, async (start, intent) => {
      const { read, state } = fakeSpace(stateOf(start));
      if (start.late) comingUp(state, 'late');
      const desired = desiredOf(intent, state.cluster);
      const world = await observe(read, intent, placeOf(intent, state.cluster));
      const rows = verify(desired, world, NO_EVIDENCE).map(
        ({ controlPlane, check }) => `${controlPlane} ${check}`,
      );
      const isolation = desired.grants.own.length === 0 ? [] : ISOLATION_CHECKS;
      const names = [...desired.mechanism.checks, ...isolation].map(([name]) => name);
      const expected =
        world.selected.length === 0
          ? names.filter((name) => name === 'permissions' || name === 'agent').map((name) => ` ${name}`)
          : world.selected.flatMap((host) => names.map((name) => `${host.name} ${name}`));
      expect(rows.toSorted()).toEqual(expected.toSorted());
    }),
  );
});

test('nothing is verified by what did not pass', () => {
  const status = fc.constantFrom<CheckStatus>('pass', 'warn', 'fail', 'unknown');
  fc.assert(
    fc.property(fc.array(status), (statuses) => {
      const checks = statuses.map((one) => ({
        controlPlane: 'team-a/a',
        namespace: 'a',
        check: 'rollout' as const,
        status: one,
        detail: '',
      }));
      const isProven =
        statuses.includes('pass') && !statuses.includes('fail') && !statuses.includes('unknown');
      expect(isVerified(checks)).toBe(isProven);
    }),
  );
});
