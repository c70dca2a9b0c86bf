/** What a second pass writes of the role where control planes have statements of their own. */
import { describe, expect, test } from '@jest/globals';
import { desiredAccess } from '../../src/desired/access.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Role } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { forAwaited } from '../../src/plan/second-pass.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { ROLE_ARN } from '../support/names.ts';
import { settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const asked = intent({ identity: 'pod-identity', role: ownedRole({ secretPrefixes: ['{name}/'] }) });
const LATE = 'team-a/ctp-late';
const {
  namespace: _namespace,
  id: _id,
  ...unmapped
} = controlPlane('late', { notReady: 'it has no ID yet' });

const accessOf = (parts: WorldParts): PolicyDocument =>
  desiredAccess(desiredOf(asked), worldOf(asked, parts)).final;
const withAccess = (
  parts: WorldParts,
  document: PolicyDocument | undefined,
  overrides: Partial<Role> = {},
): WorldParts => ({
  ...parts,
  role: {
    ...(parts.role ?? role()),
    inlinePolicies: document === undefined ? {} : { [ACCESS_POLICY_NAME]: document },
    ...overrides,
  },
});

const before = settledPods(['a'], { controlPlanes: [controlPlane('a'), unmapped] });
const after = settledPods(['a', 'late']);
const left = accessOf(before);

function secondPass(now: WorldParts, awaited: readonly string[] = [LATE]): readonly string[] {
  const desired = desiredOf(asked);
  const [first, second] = [worldOf(asked, before), worldOf(asked, now)];
  const look = { desired, first, now: second, names: new Set(awaited) };
  return forAwaited(planTowards(desired, second), look).changes.map(({ address }) => address);
}

describe('the access policy', () => {
  test('gets the statement of a control plane that was waited for', () => {
    expect(secondPass(withAccess(after, left))).toEqual(['role/access-policy (second pass)']);
  });

  test('is left alone when it has it already, or when nobody was waited for', () => {
    expect(secondPass(withAccess(after, accessOf(after)))).toEqual([]);
    expect(secondPass(withAccess(after, left), [])).toEqual([]);
  });

  test.each([
    ['somebody has changed it', { Version: '2012-10-17', Statement: [] }],
    ['somebody has taken it away', undefined],
  ])('is not written when %s', (_what, document) => {
    expect(() => secondPass(withAccess(after, document))).toThrow(
      `the access policy of ${ROLE_ARN} is not as this run has left it: someone changed it meanwhile`,
    );
  });
});
