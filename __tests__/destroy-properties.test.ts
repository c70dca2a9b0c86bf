/** Properties of `destroy`, from any starting state. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Intent } from '../src/model/config.ts';
import { annotationOf } from './support/fake-helm.ts';
import { liveOn, runMode, setAnnotationValue } from './support/running.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import type { Failure } from '../src/model/failure.ts';
import type { Role } from '../src/model/world.ts';
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
  // An annotation that somebody has edited stays when the Space's value goes.
  else if (!start.carries) space.state.carryMs = () => 1e9;
  return space;
}

/** The OIDC provider stays for service accounts that carry another role. */
const othersCarryRoles = ({ state }: FakeSpace): boolean =>
  [...state.annotations.values()].some((role) => role !== undefined && !ourRoles(state).has(role));

/** The one of the inputs, unless somebody else has made it, and those of earlier ones. */
const ourRoles = ({ role, otherRoles }: FakeSpace['state']): ReadonlySet<string> =>
  new Set([
    ...(role === undefined || isOurs(role.tags) ? [ROLE_ARN] : []),
    ...otherRoles.filter(({ tags }) => isOurs(tags)).map(({ arn }) => arn),
  ]);

const isOnlyOurs = ({ inlinePolicies, attachedPolicies }: Role): boolean =>
  attachedPolicies.length === 0 &&
  Object.keys(inlinePolicies).every((name) => name === 'spaces-workload-identity');

/** As it was before `destroy`: whether the provider stays, and which roles are ours. */
interface Begun {
  readonly provider: boolean;
  readonly roles: ReadonlySet<string>;
}

const begun = (space: FakeSpace): Begun => ({
  provider: othersCarryRoles(space),
  roles: ourRoles(space.state),
});

/** What of ours is left, and which living pods still carry it. */
function leftovers(
  { state }: FakeSpace,
  intent: Intent,
  { provider: providerStays, roles: ours }: Begun,
): object {
  const { role, provider, associations, pods, otherRoles } = state;
  const roles = [...(role === undefined ? [] : [role]), ...otherRoles];
  const marked = associations.filter(({ ownerArn, tags }) => ownerArn === undefined && isOurs(tags));
  const carrying = pods.filter((pod) => !pod.deleting && ours.has(pod.irsaRoleArn ?? ''));
  return {
    roles: roles.filter((one) => isOurs(one.tags) && isOnlyOurs(one)).map(({ arn }) => arn),
    provider: isOurs(provider?.tags) && !providerStays ? provider?.arn : undefined,
    associations: marked.map(({ id }) => id),
    carrying: intent.restart === 'never' ? [] : carrying.map((pod) => pod.uid),
  };
}

const NOTHING_LEFT = { roles: [], provider: undefined, associations: [], carrying: [] };

/** Done; or all but the provider, for service accounts that Spaces gave somebody's role to on the way. */
function expectDone(failure: Failure | undefined, { state }: FakeSpace, before: Begun): Begun {
  if (failure === undefined) return before;
  expect([failure.reason, failure.message]).toEqual([
    'plan-changed',
    expect.stringContaining('OIDC provider'),
  ]);
  const carried = [...state.annotations.values()];
  expect(carried.some((role) => role !== undefined && !before.roles.has(role))).toBe(true);
  return { ...before, provider: true };
}

describe('destroy, from any starting state', () => {
  test('leaves nothing of ours and everything of others, and has nothing to do the second time', async () => {
    await fc.assert(
      fc.asyncProperty(someStart, someIntent, async (start, intent) => {
        const space = begin(start, intent);
        const foreign = watchForeign(space, false);
        const stays = begun(space);
        const named = annotationOf(space.state);
        const { failure } = await runMode(space, 'destroy', intent);
        const late = expectDone(failure, space, stays);
        expect(foreign).toEqual([]);
        if (intent.release.annotate === 'helm' && !stays.roles.has(named ?? ''))
          expect(annotationOf(space.state)).toBe(named);
        expect(leftovers(space, intent, late)).toEqual(NOTHING_LEFT);
        const before = space.writes.length;
        const again = await runMode(space, 'destroy', intent);
        expect(again.failure).toBeUndefined();
        // Those that rested on the provider may have lost their role with the Space's own value.
        const open = late.provider ? ['deleteOidcProvider'] : [];
        expect(space.writes.slice(before).filter(({ call }) => !open.includes(call))).toEqual([]);
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
        const stays = begun(space);
        const { failure } = await runMode(space, 'destroy', byHelm);
        const late = expectDone(failure, space, stays);
        expect(leftovers(space, byHelm, late)).toEqual(NOTHING_LEFT);
      }),
      { numRuns },
    );
  });
});
