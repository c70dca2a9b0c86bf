/** The plan for the role. */
import { describe, expect, test } from '@jest/globals';
import type { Intent, OwnedRole } from '../../src/model/config.ts';
import type { Role } from '../../src/model/world.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { policySize } from '../../src/policy/equivalence.ts';
import { intent, ownedRole, role } from '../support/factories.ts';
import { ANOTHER_CLUSTERS, OURS, ROLE_ARN } from '../support/names.ts';
import { brief, only, planFor, reasons, removal, removalFor, towards } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';
const settledRole = settledPods(['a']).role ?? role();
const withRole = (overrides: Partial<Role>) => settledPods(['a'], { role: { ...settledRole, ...overrides } });
const asking = (overrides: Partial<Intent>, owned: Partial<OwnedRole> = {}): Intent =>
  intent({ identity: 'pod-identity', role: ownedRole(owned), ...overrides });

const FOREIGN = ['foreign role', 'not-owned'];

const refusal = (actual: Partial<Role>) => {
  const [blocker] = planFor(PODS, withRole(actual)).blockers;
  return `${blocker?.message}. ${blocker?.next}`;
};

describe('a role of this name', () => {
  test.each<[string, Partial<Role>, Intent, readonly string[]]>([
    ['is ours', {}, PODS, []],
    ['lacks a tag', {}, asking({ tags: { team: 'a' } }), ['update role/tags']],
    ['has tags of others', { tags: { ...OURS, other: 'x' } }, PODS, []],
    ['is not marked', { tags: {} }, PODS, FOREIGN],
    ['is half marked', { tags: { 'managed-by': 'spaces-workload-identity' } }, PODS, FOREIGN],
    ['is not marked, to adopt', { tags: { team: 'a' } }, asking({ adopt: true }), ['update role/tags']],
    ['is marked for another cluster', { tags: ANOTHER_CLUSTERS }, asking({ adopt: true }), FOREIGN],
    ['stands under another path', { path: '/x/' }, asking({ adopt: true }), FOREIGN],
    [
      'has an inline policy of others',
      { inlinePolicies: { ...settledRole.inlinePolicies, x: { Statement: [] } } },
      PODS,
      ['foreign role/foreign-policy/x'],
    ],
    [
      'has an attached policy',
      { attachedPolicies: ['arn:aws:iam::aws:policy/a/X'] },
      PODS,
      ['foreign role/foreign-policy/X'],
    ],
    [
      'has a boundary that nobody asked for',
      { permissionsBoundary: BOUNDARY },
      PODS,
      ['foreign role/permissions-boundary'],
    ],
    [
      'has the boundary',
      { permissionsBoundary: BOUNDARY },
      asking({}, { permissionsBoundary: BOUNDARY }),
      [],
    ],
    [
      'has lost the boundary',
      {},
      asking({}, { permissionsBoundary: BOUNDARY }),
      ['create role/permissions-boundary'],
    ],
    [
      'has another boundary',
      { permissionsBoundary: `${BOUNDARY}-2` },
      asking({}, { permissionsBoundary: BOUNDARY }),
      ['update role/permissions-boundary'],
    ],
    [
      'has another access policy',
      { inlinePolicies: { 'spaces-workload-identity': { Statement: [] } } },
      PODS,
      ['update role/access-policy'],
    ],
    ['has no access policy', { inlinePolicies: {} }, PODS, ['create role/access-policy']],
  ])('%s', (_what, actual, asked, expected) => {
    const plan = planFor(asked, withRole(actual));
    expect([...brief(plan).filter((text) => text.includes(' role')), ...reasons(plan)]).toEqual(expected);
  });

  test('that is not ours is refused with the ways out that there are', () => {
    expect(refusal({ tags: {} })).toMatch(/does not carry this action's mark\. .*adopt: true/);
    expect(refusal({ tags: ANOTHER_CLUSTERS })).toBe(
      'this action made it for another cluster. Choose another `role-name`: a role belongs to one cluster.',
    );
    expect(refusal({ path: '/x/' })).toMatch(/under the path `\/x\/`.*role-path/);
  });

  test("other people's policies on it are drift", () => {
    const plan = planFor(
      PODS,
      withRole({ attachedPolicies: ['arn:aws:iam::aws:policy/X'], permissionsBoundary: BOUNDARY }),
    );
    expect(plan.changes.map((change) => [change.action, change.drift])).toEqual([
      ['foreign', true],
      ['foreign', true],
    ]);
  });
});

test('a new role is made with everything that it needs from the start', () => {
  const owned = { path: '/a/', permissionsBoundary: BOUNDARY };
  const plan = planFor(asking({ tags: { team: 'a' } }, owned), running({ a: 'nothing' }));
  const creation = only(plan, 'create-role');
  expect(creation.write).toMatchObject({
    name: 'space-prod-shared-secrets',
    ...owned,
    tags: { ...OURS, team: 'a' },
  });
  const { op: _op, ...spec } = creation.write;
  expect(creation.after).toEqual(spec);
});

const blockersOf = (prefixes: readonly string[], actual: Partial<Role> = {}) =>
  planFor(asking({}, { secretPrefixes: prefixes }), withRole(actual)).blockers;

test('tags are shown beside those of others, and written without them', () => {
  const asked = asking({ tags: { team: 'a' }, adopt: true });
  const others = { other: 'x' };
  const lacking = only(planFor(asked, withRole({ tags: { ...OURS, ...others } })), 'tag-role');
  expect(lacking).toMatchObject({
    reason: 'tags are missing or differ',
    after: { ...OURS, ...others, team: 'a' },
    write: { tags: { team: 'a' }, replaces: { ...OURS, ...others } },
  });
  const adopted = only(planFor(asked, withRole({ tags: others })), 'tag-role');
  expect(adopted).toMatchObject({
    reason: '`adopt: true` takes over the role made elsewhere',
    after: { ...OURS, ...others, team: 'a' },
  });
});

test.each<[Partial<Role>, string | null, string]>([
  [{}, null, 'the role has lost its boundary'],
  [{ permissionsBoundary: `${BOUNDARY}-2` }, `${BOUNDARY}-2`, 'the role has another boundary'],
])('a boundary replaces what was seen: %o', (actual, replaces, reason) => {
  const asked = asking({}, { permissionsBoundary: BOUNDARY });
  const change = only(planFor(asked, withRole(actual)), 'put-permissions-boundary');
  expect(change).toMatchObject({
    reason,
    before: replaces,
    after: BOUNDARY,
    write: { permissionsBoundary: BOUNDARY, replaces },
  });
});

const policyOfLength = (length: number) => ({
  Statement: [{ Effect: 'Allow' as const, Action: 'a'.repeat(length), Resource: '*' }],
});

describe('the access policy', () => {
  const many = Array.from({ length: 70 }, (_, n) => `${'p'.repeat(100)}${n}/`);
  test('may fill IAM’s quota to the last character', () => {
    const own = settledRole.inlinePolicies[ACCESS_POLICY_NAME] ?? { Statement: [] };
    const filling = (missing: number) => {
      const length = 10_240 - policySize(own) - policySize(policyOfLength(0)) - missing;
      return { inlinePolicies: { other: policyOfLength(length) } };
    };
    expect(blockersOf(['prod/'], filling(0))).toEqual([]);
    expect(blockersOf(['prod/'], filling(-1))).toMatchObject([
      { message: "the role's inline policies would have 10241 characters, IAM allows 10240" },
    ]);
  });

  test('must fit IAM’s quota, together with what others have put on the role', () => {
    expect(blockersOf(many.slice(0, 55))).toEqual([]);
    const [tooLong] = blockersOf(many);
    expect(tooLong).toMatchObject({
      reason: 'quota-exceeded',
      next: 'Ways out: use fewer, shorter prefixes.',
    });
    const other = { Statement: [{ Effect: 'Allow' as const, Action: 'a'.repeat(2000), Resource: '*' }] };
    const [crowded] = blockersOf(many.slice(0, 55), {
      inlinePolicies: { ...settledRole.inlinePolicies, other },
    });
    expect(crowded?.next).toContain('take off the role what others have put on it');
  });
});

const referring = (arn: string, identity: Intent['identity'] = 'pod-identity') =>
  intent({ identity, role: { kind: 'referenced', arn } });

describe('a role made elsewhere', () => {
  const elsewhere = 'arn:aws:iam::444455556666:role/x';

  test('is never written', () => {
    const parts = withRole({ tags: {}, inlinePolicies: {}, permissionsBoundary: BOUNDARY });
    expect(towards(referring(ROLE_ARN), parts)).toEqual([]);
    expect(removal(referring(ROLE_ARN), parts).filter((text) => text.includes('role'))).toEqual([]);
  });

  test('must exist as it was named', () => {
    const { role: _role, ...without } = settledPods(['a']);
    for (const identity of ['irsa', 'pod-identity'] as const) {
      const { blockers } = planFor(referring(ROLE_ARN, identity), {
        ...running({ a: 'nothing' }),
        ...without,
      });
      expect(blockers).toContainEqual(
        expect.objectContaining({
          reason: 'invalid-input',
          message: 'the role of `role-arn` was not found in this account',
          next: 'Check the ARN, its path included.',
        }),
      );
    }
    expect(
      reasons(planFor(referring(ROLE_ARN.replace('role/', 'role/path/')), settledPods(['a']))),
    ).toContain('invalid-input');
  });

  test('may be in another account with IRSA only, and then nothing is made here for it', () => {
    expect(planFor(referring(elsewhere), running({ a: 'nothing' })).blockers).toMatchObject([
      {
        reason: 'invalid-input',
        message: expect.stringContaining('the role is in another account, and EKS Pod Identity takes'),
        next: "Use a role of the cluster's account, or IRSA.",
      },
    ]);
    const plan = planFor(referring(elsewhere, 'irsa'), running({ a: 'nothing' }));
    expect(plan.blockers).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('in another account')]);
    expect(brief(plan).filter((text) => !/helm|annotation|restart/.test(text))).toEqual([]);
  });
});

describe('a removal', () => {
  test.each<[string, Partial<Role>, readonly string[]]>([
    ['takes away ours', {}, ['delete role']],
    ['leaves what is not marked', { tags: {} }, ['foreign role']],
    ['leaves one of another cluster', { tags: ANOTHER_CLUSTERS }, ['foreign role']],
    [
      'leaves ours with policies of others',
      { attachedPolicies: ['arn:aws:iam::aws:policy/X'] },
      ['foreign role/foreign-policy/X'],
    ],
  ])('%s', (_what, actual, expected) => {
    expect(removal(PODS, withRole(actual)).filter((text) => text.includes('role'))).toEqual(expected);
  });

  test('says why ours is left', () => {
    const { warnings } = removalFor(PODS, withRole({ attachedPolicies: ['arn:aws:iam::aws:policy/X'] }));
    expect(warnings).toEqual([expect.stringContaining('others have put policies on it')]);
  });
});
