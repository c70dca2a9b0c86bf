/** The roles that sessions may go on to, in the role's policy: by each mechanism, on the move, and for who is left alone. */
import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/model/change.ts';
import type { Identity, Intent } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { ACCESS_POLICY_NAME } from '../../src/policy/access-policy.ts';
import { commonAccess } from '../support/access.ts';
import { association, controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { planFor } from '../support/plans.ts';
import { settledIrsa, settledPods } from '../support/settled.ts';
import { desiredOf } from '../support/world-of.ts';

const READERS = 'arn:aws:iam::444455556666:role/readers';
const WRITERS = 'arn:aws:iam::444455556666:role/a/writers';
const TARGET = 'arn:aws:iam::444455556666:role/target';
const FORMER = 'arn:aws:iam::444455556666:role/former';
const ASSUME = 'sts:AssumeRole';
const TAG = 'sts:TagSession';

const naming = (identity: Identity, assumeRoles: readonly string[], more: Partial<Intent> = {}): Intent =>
  intent({ identity, role: ownedRole({ assumeRoles }), ...more });
const chained = (targetRoleArn?: string): Intent => intent({ identity: 'pod-identity', targetRoleArn });

const holding = (parts: WorldParts, roles: readonly string[], actions?: readonly string[]): WorldParts => {
  const document = commonAccess({ ...desiredOf(intent()).grants, assumes: roles }, actions);
  return {
    ...parts,
    role: { ...(parts.role ?? role()), inlinePolicies: { [ACCESS_POLICY_NAME]: document } },
  };
};

/** The change's operation, and the roles that its policy lets be assumed, with the actions. */
function lets({ write }: Change): readonly string[] {
  const document: PolicyDocument | undefined = 'document' in write ? write.document : undefined;
  const statements = (document?.Statement ?? []).filter(({ Action = '' }) =>
    [Action].flat().includes(ASSUME),
  );
  return [
    write.op,
    ...statements.map(({ Action = '', Resource = '' }) =>
      [...[Action].flat(), ...[Resource].flat()].join(' '),
    ),
  ];
}

const access = (asked: Intent, parts: WorldParts) =>
  planFor(asked, parts).changes.filter(({ id }) => id.startsWith('role/access-policy'));
const letting = (asked: Intent, parts: WorldParts) => access(asked, parts).map(lets);

describe('one statement names exactly these', () => {
  test.each([
    ['irsa', settledIrsa()],
    ['pod-identity', settledPods()],
  ] as const)('by %s, with tags: those of Pod Identity, and those that a store sets', (identity, parts) => {
    const asked = naming(identity, [READERS, WRITERS]);
    expect(letting(asked, parts)).toEqual([['put-inline-policy', `${ASSUME} ${TAG} ${WRITERS} ${READERS}`]]);
    const [change] = access(asked, parts);
    expect(change).toMatchObject({
      severity: 'security',
      effect: `whoever controls a store can read whatever these roles may: ${READERS}, ${WRITERS}`,
    });
    expect(access(asked, holding(parts, [WRITERS, READERS]))).toEqual([]);
  });

  test('and the target role, of which no store has a say', () => {
    expect(letting(chained(TARGET), settledPods([]))).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${TARGET}`],
    ]);
    expect(access(chained(TARGET), settledPods([])).map(({ effect }) => effect)).toEqual(['']);
  });

  test('what somebody added to it, or what is named no more, goes', () => {
    expect(letting(naming('irsa', [READERS]), holding(settledIrsa(), [READERS, FORMER], [ASSUME]))).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${READERS}`],
    ]);
    expect(letting(intent(), holding(settledIrsa(), [FORMER], [ASSUME]))).toEqual([['put-inline-policy']]);
  });

  test('they count for the quota', () => {
    const many = Array.from({ length: 250 }, (_, n) => `${READERS}-${n}`);
    const [blocker] = planFor(naming('irsa', many), settledIrsa()).blockers;
    expect(blocker).toMatchObject({
      reason: 'quota-exceeded',
      message: expect.stringMatching(
        /^the role's inline policies would have \d{5} characters, IAM allows 10240$/,
      ),
      next: 'Ways out: use fewer, shorter prefixes; name fewer `assume-roles`.',
    });
  });
});

describe('on the way from one mechanism to the other', () => {
  test('nothing differs: by either they may tag the session', () => {
    expect(letting(naming('irsa', [READERS]), holding(settledPods(), [READERS]))).toEqual([]);
    expect(letting(naming('pod-identity', [READERS]), holding(settledIrsa(), [READERS]))).toEqual([]);
  });

  test('a role that is named no more is left once the pods have moved', () => {
    expect(letting(naming('irsa', [READERS]), holding(settledPods(), [READERS, FORMER]))).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${FORMER} ${READERS}`, `${ASSUME} ${TAG} ${READERS}`],
      ['narrow-inline-policy', `${ASSUME} ${TAG} ${READERS}`],
    ]);
  });

  test('what names no resources holds nothing up', () => {
    const parts = holding(settledPods(), []);
    const document: PolicyDocument = {
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'x' }],
    };
    const other = { ...(parts.role ?? role()), inlinePolicies: { [ACCESS_POLICY_NAME]: document } };
    expect(letting(intent(), { ...parts, role: other })).toEqual([['put-inline-policy']]);
  });

  test('the other way nothing is missed', () => {
    expect(letting(naming('pod-identity', [READERS]), holding(settledIrsa(), [READERS], [ASSUME]))).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${READERS}`],
    ]);
  });

  test('who stays with Pod Identity goes on with the tags, and to its target role', () => {
    const parts = settledPods(['a', 'b'], {
      associations: [association('a'), association('b', { targetRoleArn: TARGET })],
      controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
    });
    const changes = letting(naming('irsa', [READERS]), holding(parts, [READERS, TARGET]));
    expect(changes).toEqual([]);
  });
});

const parts = (targetRoleArn: string): WorldParts =>
  settledPods(['a'], { associations: [association('a', { targetRoleArn })] });

describe('on the way from one target role to another', () => {
  test('both may be assumed until the associations have moved', () => {
    const changes = access(chained(TARGET), holding(parts(FORMER), [FORMER]));
    expect(changes.map(lets)).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${FORMER}`, `${ASSUME} ${TAG} ${TARGET}`],
      ['narrow-inline-policy', `${ASSUME} ${TAG} ${TARGET}`],
    ]);
    expect(changes).toMatchObject([
      {
        id: 'role/access-policy',
        address: 'role/access-policy/bridge',
        action: 'update',
        severity: 'security',
      },
      { id: 'role/access-policy', address: 'role/access-policy', action: 'update', severity: 'security' },
    ]);
    // What each replaces is what the one before has left.
    const [first, second] = changes;
    expect(first?.write).toMatchObject({
      replaces: holding(parts(FORMER), [FORMER]).role?.inlinePolicies[ACCESS_POLICY_NAME],
    });
    expect(second?.write).toMatchObject({ replaces: first?.after });
    expect(changes.map(({ effect }) => effect)).toEqual([
      'both may be assumed until they have moved',
      'after the restarts: until then an association may go on to the target role of before',
    ]);
  });

  test('one that the policy does not let be assumed is none of ours', () => {
    expect(letting(chained(TARGET), holding(parts(FORMER), [TARGET]))).toEqual([]);
  });

  test('who is not selected keeps its own, and who is gone does not', () => {
    const apart = settledPods(['a', 'b'], {
      associations: [
        association('a', { targetRoleArn: TARGET }),
        association('b', { targetRoleArn: FORMER }),
      ],
      controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
    });
    expect(letting(chained(TARGET), holding(apart, [TARGET, FORMER]))).toEqual([]);
    const gone = {
      ...parts(TARGET),
      associations: [
        association('a', { targetRoleArn: TARGET }),
        association('x', { targetRoleArn: FORMER }),
      ],
    };
    expect(letting(chained(TARGET), holding(gone, [TARGET, FORMER]))).toEqual([
      ['put-inline-policy', `${ASSUME} ${TAG} ${TARGET}`],
    ]);
  });

  test('the narrowing after says as well who can read what these roles may', () => {
    const asked = { ...chained(TARGET), role: ownedRole({ assumeRoles: [READERS] }) };
    const [, narrowed] = access(asked, holding(parts(FORMER), [FORMER]));
    expect(narrowed?.effect).toMatch(/^after the restarts: .*; whoever controls a store can read .*readers$/);
  });

  test('the way there may be too large for the quota where its end is not', () => {
    const long = `arn:aws:iam::444455556666:role/${'p'.repeat(480)}/`;
    const base = holding(parts(`${long}former`), [`${long}former`]);
    const filler = {
      Statement: [{ Effect: 'Allow' as const, Action: 's3:GetObject', Resource: 'x'.repeat(9000) }],
    };
    const full = {
      ...base,
      role: { ...(base.role ?? role()), inlinePolicies: { ...base.role?.inlinePolicies, filler } },
    };
    const [blocker] = planFor(chained(`${long}target`), full).blockers;
    expect(blocker?.message).toContain('while associations move, with both target roles,');
    expect(blocker?.next).toMatch(/^Ways out: move some control planes first, with `control-planes`; /);
    const overfull = {
      ...base,
      role: { ...full.role, inlinePolicies: { ...full.role.inlinePolicies, more: filler } },
    };
    const [whole] = planFor(chained(`${long}target`), overfull).blockers;
    expect(whole?.message).not.toContain('while');
    expect(whole?.next).not.toContain('move some control planes first');
  });
});
