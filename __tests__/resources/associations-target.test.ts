/** What is planned, restarted and seen where associations go on to a target role. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { Association } from '../../src/model/world.ts';
import { digest } from '../../src/plan/digest.ts';
import { association, intent } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, OURS, ROLE_ARN, START } from '../support/names.ts';
import { only, planFor, removalFor, towards } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';

const TARGET = 'arn:aws:iam::444455556666:role/target';
const ROLE_ELSEWHERE = { kind: 'referenced', arn: ROLE_ARN } as const;
const CHAINED: Intent = intent({ identity: 'pod-identity', targetRoleArn: TARGET });

const having = (overrides: Partial<Association>) =>
  settledPods(['a'], { associations: [association('a', overrides)] });

const pick = (targetRoleArn: string | undefined) => (targetRoleArn === undefined ? {} : { targetRoleArn });

describe('the target role of an association', () => {
  test('a new one carries it, and the plan says what that means', () => {
    const change = only(planFor(CHAINED, settledPods(['a'], { associations: [] })), 'create-association');
    expect(change.write).toMatchObject({ roleArn: ROLE_ARN, targetRoleArn: TARGET });
    expect(change.after).toEqual({ roleArn: ROLE_ARN, targetRoleArn: TARGET });
    expect(change.effect).toBe(`pods get what ${TARGET} may, in the place of the role's own`);
  });

  test.each<[string, Partial<Association>, Intent, string]>([
    ['set', {}, CHAINED, 'it does not go on to the target role'],
    [
      'changed',
      { targetRoleArn: OTHER_ROLE_ARN },
      CHAINED,
      "it goes on to a target role that the inputs don't name",
    ],
    ['taken away', { targetRoleArn: TARGET }, PODS, "it goes on to a target role that the inputs don't name"],
  ])('is %s: security', (_what, actual, asked, reason) => {
    const { write, severity, before, after, ...change } = only(
      planFor(asked, having(actual)),
      'update-association',
    );
    expect({ severity, reason: change.reason }).toEqual({ severity: 'security', reason });
    const was = pick(actual.targetRoleArn);
    const will = pick(asked.targetRoleArn);
    expect([before, after, write.replaces, write]).toEqual(
      [was, will, was, will].map((target): unknown => expect.objectContaining(target)),
    );
    expect('targetRoleArn' in write).toBe(asked === CHAINED);
    expect(change.effect).toBe(
      asked === CHAINED ? `pods get what ${TARGET} may, in the place of the role's own` : '',
    );
  });

  test('session tags alone are no matter of it', () => {
    const actual = { targetRoleArn: TARGET, disableSessionTags: true };
    const change = only(planFor(CHAINED, having(actual)), 'update-association');
    expect([change.severity, change.effect]).toEqual(['availability', '']);
  });

  test('a role made elsewhere goes on as well', () => {
    const asked = { ...CHAINED, role: ROLE_ELSEWHERE };
    expect(towards(asked, having({}), 'association')).toEqual([`update association/${host('a')}`]);
    expect(towards(asked, having({ targetRoleArn: TARGET }), 'association')).toEqual([]);
  });

  test('one that goes is as it was planned on', () => {
    const change = only(removalFor(PODS, having({ targetRoleArn: TARGET })), 'delete-association');
    expect(change.write.replaces).toEqual({ roleArn: ROLE_ARN, targetRoleArn: TARGET, tags: OURS });
  });
});

test('pods that may hold what it gave before are restarted', () => {
  expect(towards(CHAINED, having({}), 'restart')).toEqual([`restart restart/${host('a')}`]);
  expect(towards(PODS, having({ targetRoleArn: TARGET }), 'restart')).toEqual([
    `restart restart/${host('a')}`,
  ]);
  const fresh = { targetRoleArn: TARGET, modifiedAt: START - 61 * 60_000 - 5 * 60_000 };
  expect(towards(CHAINED, having(fresh), 'restart')).toEqual([]);
});

const digestWith = (externalId: string): string =>
  digest(desiredOf(CHAINED), worldOf(CHAINED, having({ targetRoleArn: TARGET, externalId })), []);

test('the external id, which is another one for each association, is no part of the digest', () => {
  expect(digestWith('id-1')).toBe(digestWith('id-2'));
});
