/** A plan that names nothing in the way is one that apply does not refuse. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { FailureReason } from '../src/model/failure.ts';
import type { Intent } from '../src/model/config.ts';
import { ownedRole } from './support/factories.ts';
import { type FakeSpace, fakeSpace } from './support/fake-space.ts';
import { host, ROLE_ARN } from './support/names.ts';
import { liveOn, type Ran, runMode } from './support/running.ts';
import { someIntent, someStart, stateOf } from './support/starting-states.ts';

const numRuns = Number(process.env['PROPERTY_RUNS'] ?? 150);

/** What is known of a state before the first write. */
const KNOWN: ReadonlySet<FailureReason> = new Set([
  'not-owned',
  'quota-exceeded',
  'gitops-managed',
  'invalid-input',
  'access-denied',
  'nothing-listed',
  'wrong-cluster',
  'plan-changed',
  'internal',
]);

/** Besides what starting states in general have. */
const someMore = fc.record({
  quota: fc.constantFrom(8192, 2048, 700),
  /** Whose namespaces are being deleted, or gone already. */
  terminating: fc.subarray(['a', 'b', 'c', 'd']),
  absent: fc.subarray(['a', 'b', 'c', 'd'], { maxLength: 1 }),
  rolePath: fc.constantFrom('/', '/', '/elsewhere/'),
  role: fc.constantFrom('owned', 'owned', 'referenced', 'many-prefixes'),
  namespaces: fc.constantFrom<readonly string[]>([], [], [host('a')], [host('x')]),
});
type Start = typeof someStart extends fc.Arbitrary<infer T> ? T : never;
type More = typeof someMore extends fc.Arbitrary<infer T> ? T : never;

function begin(start: Start, more: More, intent: Intent): FakeSpace {
  const state = stateOf(start, more.quota);
  const gone = new Set(more.absent.map(host));
  const leaving = new Set(more.terminating.map(host));
  state.namespaces = state.namespaces
    .filter(({ name }) => !gone.has(name))
    .map((one) => (leaving.has(one.name) ? { ...one, terminating: true } : one));
  if (state.role !== undefined && more.rolePath !== '/') {
    const arn = state.role.arn.replace(':role/', `:role${more.rolePath}`);
    state.role = { ...state.role, arn, path: more.rolePath };
  }
  const space = fakeSpace(state);
  if (!start.carries && intent.release.annotate === 'helm') space.state.carryMs = () => 1e9;
  liveOn(space.state, intent, ROLE_ARN);
  return space;
}

function roleOf(kind: More['role'], { role }: Intent): Intent['role'] {
  const owned = role.kind === 'owned' ? role : ownedRole();
  switch (kind) {
    case 'owned':
      return owned;
    case 'referenced':
      return { kind: 'referenced', arn: ROLE_ARN };
    case 'many-prefixes':
      return { ...owned, secretPrefixes: Array.from({ length: 90 }, (_, n) => `${'p'.repeat(80)}/${n}/`) };
  }
}

const isClear = ({ failure, record }: Ran): boolean =>
  failure === undefined && record.plan?.blockers.length === 0 && record.plan.doubts.length === 0;

test('what a plan does not say is in the way, apply is not refused for', async () => {
  await fc.assert(
    fc.asyncProperty(someStart, someMore, someIntent, async (start, more, some) => {
      const selection =
        more.namespaces.length === 0 ? some.selection : { globs: [], namespaces: more.namespaces };
      const intent = { ...some, role: roleOf(more.role, some), selection };
      if (!isClear(await runMode(begin(start, more, intent), 'plan', intent))) return;
      const { failure } = await runMode(begin(start, more, intent), 'apply', intent);
      const isKnown = failure !== undefined && KNOWN.has(failure.reason);
      expect(isKnown ? `${failure.reason}: ${failure.message}` : '').toBe('');
    }),
    { numRuns },
  );
});
