/** What is planned where each association carries a session policy. */
import { describe, expect, test } from '@jest/globals';
import { sessionPolicyOf } from '../../src/desired/session-policy.ts';
import type { Intent } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Association } from '../../src/model/world.ts';
import { podIdentityTrust, untaggedTrust } from '../../src/policy/trust-documents.ts';
import { association, intent, ownedRole, role } from '../support/factories.ts';
import { OTHER_ROLE_ARN } from '../support/names.ts';
import { only, planFor, reasons, towards } from '../support/plans.ts';
import { settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const own = { secretPrefixes: ['shared/', 'teams/{name}/'] };
const asked = (isolateBy: 'role-policy' | 'session-policy', more: Partial<Intent> = {}): Intent =>
  intent({ identity: 'pod-identity', role: ownedRole({ ...own, isolateBy }), ...more });
const SESSIONS = asked('session-policy');
const TAGS = asked('role-policy');

function policyOf(id: string, by: Intent = SESSIONS): PolicyDocument {
  const world = worldOf(by, settledPods([id]));
  const [host] = world.placed;
  if (host === undefined) throw new Error('nobody is placed');
  return sessionPolicyOf(host, desiredOf(by));
}

const NARROWED: Partial<Association> = { disableSessionTags: true, sessionPolicy: policyOf('a') };
const having = (overrides: Partial<Association>) =>
  settledPods(['a'], { associations: [association('a', overrides)] });

test('a session policy allows what its control plane may read, and nothing else', () => {
  expect(policyOf('a')).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SpacesWorkloadIdentity',
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: [
          'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shared/*',
          'arn:aws:secretsmanager:eu-central-1:111122223333:secret:teams/ctp-a/*',
        ],
      },
    ],
  });
});

test('of one whose placeholders are not known yet it allows nothing', () => {
  const { grants } = desiredOf(
    asked('session-policy', { role: ownedRole({ secretPrefixes: ['teams/{name}/'] }) }),
  );
  const [known] = worldOf(SESSIONS, settledPods(['a'])).placed;
  if (known === undefined) throw new Error('nobody is placed');
  const { Statement } = sessionPolicyOf({ ...known, placeholders: {} }, { grants });
  expect(Statement).toEqual([{ Sid: 'SpacesWorkloadIdentity', Effect: 'Deny', Action: '*', Resource: '*' }]);
});

test('to go on to another role, with tags that a store sets', () => {
  const readers = 'arn:aws:iam::444455556666:role/readers';
  const by = asked('session-policy', {
    role: ownedRole({ ...own, assumeRoles: [readers], isolateBy: 'session-policy' }),
  });
  const goesOn = {
    Sid: 'GoOnToRoles',
    Effect: 'Allow',
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Resource: [readers],
  };
  expect(policyOf('a', by).Statement.at(-1)).toEqual(goesOn);
  const { write } = only(planFor(by, settledPods(['a'], { associations: [] })), 'put-inline-policy');
  expect(write.document.Statement.at(-1)).toEqual(goesOn);
});

describe('an association', () => {
  test('that is made has it, and session tags off', () => {
    const { write, after } = only(
      planFor(SESSIONS, settledPods(['a'], { associations: [] })),
      'create-association',
    );
    expect(write.sessionPolicy).toEqual(policyOf('a'));
    expect(after).toMatchObject({ sessionPolicy: policyOf('a') });
  });

  test.each<[string, Partial<Association>, Intent, string]>([
    ['has none yet', {}, SESSIONS, 'it has no session policy yet'],
    [
      'has another one',
      { ...NARROWED, sessionPolicy: policyOf('b') },
      SESSIONS,
      'its session policy grants something else than the inputs ask for',
    ],
    [
      'has one, and it is not wanted any more',
      NARROWED,
      TAGS,
      'it has a session policy of `isolate-by: session-policy`',
    ],
    [
      'has it, with session tags on',
      { ...NARROWED, disableSessionTags: false },
      SESSIONS,
      'its session tags are on',
    ],
    ['points elsewhere', { ...NARROWED, roleArn: OTHER_ROLE_ARN }, SESSIONS, 'it points to another role'],
  ])('that %s is updated', (_what, actual, by, reason) => {
    const change = only(planFor(by, having(actual)), 'update-association');
    expect(change.reason).toBe(reason);
    const isNarrowed = by === SESSIONS;
    expect(change.write.disableSessionTags).toBe(isNarrowed);
    expect(change.write.sessionPolicy).toEqual(isNarrowed ? policyOf('a') : undefined);
    expect(change.write.replaces.sessionPolicy).toEqual(actual.sessionPolicy);
    expect(change.severity).toBe(reason === 'its session tags are on' ? 'availability' : 'security');
  });

  test('that is as it should be is left alone', () => {
    expect(towards(SESSIONS, having(NARROWED), 'association')).toEqual([]);
  });

  test('that somebody else has narrowed is in the way', () => {
    const plan = planFor(SESSIONS, having({ hasPolicy: true, disableSessionTags: true }));
    expect(reasons(plan)).toEqual(['not-owned']);
    expect(plan.blockers[0]?.message).toContain('it has no session policy yet; and someone narrowed it');
  });
});

const trusted = (trustPolicy: PolicyDocument, association_: Partial<Association>) =>
  settledPods(['a'], { role: role({ trustPolicy }), associations: [association('a', association_)] });

describe('the trust policy', () => {
  const { target } = worldOf(SESSIONS, settledPods(['a']));
  const tagged = podIdentityTrust({
    target,
    scope: 'exact',
    namespaces: ['mxp-a-system'],
    serviceAccount: 'external-secrets-controller',
  });

  test('asks for account and cluster alone, and the plan says what that means', () => {
    const change = only(planFor(SESSIONS, trusted(tagged, {})), 'put-trust-policy');
    expect(change.write.document).toEqual(untaggedTrust(target));
    expect(change.severity).toBe('security');
    expect(change.effect).toContain('bound to account and cluster only');
  });

  test('of a new role too', () => {
    const { role: _role, ...without } = settledPods(['a'], { associations: [] });
    const change = only(planFor(SESSIONS, without), 'create-role');
    expect(change.effect).toContain('bound to account and cluster only');
  });

  test('on the way back is narrowed when all pods have tags again', () => {
    const plan = planFor(TAGS, trusted(untaggedTrust(target), NARROWED));
    expect(plan.changes.some(({ id }) => id === 'role/trust-policy/bridge')).toBe(true);
    const change = only(plan, 'narrow-trust-policy');
    expect(change.write.document).toEqual(tagged);
    expect(change.effect).toBe('after the restarts: until then sessions without tags are trusted');
  });
});

test('one that would be too long is refused before any write, with the ways out', () => {
  const secretPrefixes = Array.from({ length: 20 }, (_, n) => `${'p'.repeat(60)}-${n}/{name}/`);
  const long = asked('session-policy', { role: ownedRole({ secretPrefixes, isolateBy: 'session-policy' }) });
  const { blockers } = planFor(long, settledPods(['a', 'b']));
  expect(blockers).toEqual([
    expect.objectContaining({
      reason: 'quota-exceeded',
      message: expect.stringMatching(
        /^the session policy of team-a\/ctp-. would have \d{4} characters, AWS takes 2048; so it is for 2 control planes$/,
      ),
      next: expect.stringContaining('use fewer, shorter prefixes'),
    }),
  ]);
});

/** The planned blockers, where its one prefix has so many characters; by two control planes, of which one has a longer name. */
function tooLong(length: number, ids: readonly string[]): readonly string[] {
  const prefix = `${'p'.repeat(length - '{name}/'.length)}{name}/`;
  const narrow = ownedRole({ secretPrefixes: [prefix], isolateBy: 'session-policy' });
  const by = asked('session-policy', { role: narrow });
  return planFor(by, settledPods(ids)).blockers.map(({ message }) => message);
}

test('the limit is exact, one that is too long is enough, and the longest is named', () => {
  const room =
    2048 -
    JSON.stringify(
      policyOf(
        'a',
        asked('session-policy', {
          role: ownedRole({ secretPrefixes: ['{name}/'], isolateBy: 'session-policy' }),
        }),
      ),
    ).length;
  const fits = '{name}/'.length + room;
  expect(tooLong(fits, ['a'])).toEqual([]);
  expect(tooLong(fits + 1, ['a'])).toEqual([
    'the session policy of team-a/ctp-a would have 2049 characters, AWS takes 2048; so it is for 1 control plane',
  ]);
  expect(tooLong(fits, ['a', 'bcd'])).toEqual([
    expect.stringMatching(/ctp-bcd would have 2050 .* 1 control plane$/),
  ]);
  expect(tooLong(fits + 1, ['a', 'bcd'])).toEqual([
    expect.stringMatching(/ctp-bcd would have 2051 .* 2 control planes$/),
  ]);
});

test('any number fits into the role: a statement for all of them', () => {
  const many = Array.from({ length: 60 }, (_, n) => `c${n}`);
  const { blockers } = planFor(SESSIONS, settledPods(many));
  expect(blockers).toEqual([]);
  expect(planFor(TAGS, settledPods(many)).blockers.map(({ reason }) => reason)).toContain('quota-exceeded');
});
