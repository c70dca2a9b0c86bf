import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../src/model/config.ts';
import { liveOn, runMode, setAnnotationValue } from './support/running.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { CLUSTER_ARN, ROLE_ARN } from './support/names.ts';
import { someIntent, someStart, stateOf } from './support/starting-states.ts';
import { watchForeign } from './support/watching.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

const isOurs = (tags: Readonly<Record<string, string>> = {}): boolean =>
  tags['managed-by'] === 'spaces-workload-identity' &&
  tags['spaces-workload-identity:cluster'] === CLUSTER_ARN;

function begin(start: Parameters<typeof stateOf>[0], intent: Intent): FakeSpace {
  const space = fakeSpace(stateOf(start));
  liveOn(space.state, intent, ROLE_ARN);
  // Whoever owns the values takes the role out of them when told to.
  if (intent.release.annotate === 'none')
    space.state.clock.after(45_000, () => setAnnotationValue(space.state, null));
  return space;
}

/** What of ours is left, and which living pods still carry it. */
function leftovers({ state }: FakeSpace, intent: Intent): object {
  const { role, provider, associations, pods } = state;
  const own = Object.keys(role?.inlinePolicies ?? {}).every((name) => name === 'spaces-workload-identity');
  const roleStays = !isOurs(role?.tags) || !own || (role?.attachedPolicies.length ?? 0) > 0;
  const ours = associations.filter(({ ownerArn, tags }) => ownerArn === undefined && isOurs(tags));
  const carrying = pods.filter((pod) => !pod.deleting && pod.irsaRoleArn === ROLE_ARN);
  return {
    role: role !== undefined && !roleStays ? role.arn : undefined,
    provider: isOurs(provider?.tags) ? provider?.arn : undefined,
    associations: ours.map(({ id }) => id),
    carrying: intent.restart === 'never' ? [] : carrying.map((pod) => pod.uid),
  };
}

const NOTHING_LEFT = { role: undefined, provider: undefined, associations: [], carrying: [] };

describe('destroy, from any starting state', () => {
  test('leaves nothing of ours and everything of others, and has nothing to do the second time', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, async (start, intent) => {
        const space = begin(start, intent);
        const foreign = watchForeign(space, false);
        const { failure } = await runMode(space, 'destroy', intent);
        expect(failure?.message).toBeUndefined();
        expect(foreign).toEqual([]);
        expect(leftovers(space, intent)).toEqual(NOTHING_LEFT);
        const before = space.writes.length;
        const again = await runMode(space, 'destroy', intent);
        expect(again.failure).toBeUndefined();
        expect(space.writes.slice(before)).toEqual([]);
      }),
      { numRuns },
    );
  });

  test('also undoes what apply has just done', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, async (start, intent) => {
        const byHelm = { ...intent, release: { ...intent.release, annotate: 'helm' as const } };
        const space = begin(start, byHelm);
        await runMode(space, 'apply', byHelm);
        const { failure } = await runMode(space, 'destroy', byHelm);
        expect(failure?.message).toBeUndefined();
        expect(leftovers(space, byHelm)).toEqual(NOTHING_LEFT);
      }),
      { numRuns },
    );
  });
});
