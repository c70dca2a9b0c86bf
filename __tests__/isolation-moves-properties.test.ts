/** Between all ways of keeping control planes apart: no running pod loses its own secrets or gains another's, killed in between or not. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../src/model/config.ts';
import { spaceOf } from './support/apply-context.ts';
import { intent, ownedRole } from './support/factories.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { ROLE_ARN } from './support/names.ts';
import { killAfter, liveOn, runMode } from './support/running.ts';
import { watchSessions } from './support/watching-sessions.ts';

const FORMS = ['irsa', 'role-policy', 'session-policy'] as const;
type Form = (typeof FORMS)[number];

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

const scene = fc.record({
  from: fc.constantFrom(...FORMS),
  to: fc.constantFrom(...FORMS),
  ids: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
  secretPrefixes: fc.constantFrom<readonly string[]>(
    ['prod/{name}/'],
    ['prod/{group}/{name}/', 'shared/'],
    ['prod/{namespace}/'],
  ),
  /** The write before which the first run is killed; mostly none. */
  killedAt: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
});

function intentBy(form: Form, secretPrefixes: readonly string[]): Intent {
  return form === 'irsa'
    ? intent({ identity: 'irsa', role: ownedRole({ secretPrefixes }) })
    : intent({ identity: 'pod-identity', role: ownedRole({ secretPrefixes, isolateBy: form }) });
}

const begin = (ids: readonly string[]): FakeSpace =>
  spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));

test('moved between all forms, in any order', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ from, to, ids, secretPrefixes, killedAt }) => {
      const [first, second] = [intentBy(from, secretPrefixes), intentBy(to, secretPrefixes)];
      const space = begin(ids);
      liveOn(space.state, first, ROLE_ARN);
      const made = await runMode(space, 'apply', first);
      expect(made.failure).toBeUndefined();
      const wrong = watchSessions(space, second);
      if (killedAt !== undefined) {
        const revive = killAfter(space, killedAt);
        await runMode(space, 'apply', second);
        revive();
      }
      const moved = await runMode(space, 'apply', second);
      expect(moved.failure?.message).toBeUndefined();
      expect(wrong).toEqual([]);
      const writes = space.writes.length;
      const again = await runMode(space, 'apply', second);
      expect(again.failure).toBeUndefined();
      expect(space.writes.slice(writes)).toEqual([]);
      expect([...again.record.restarted].toSorted()).toEqual([]);
    }),
    { numRuns },
  );
});
