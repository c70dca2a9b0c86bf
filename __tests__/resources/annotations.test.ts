/** The plan for annotations of service accounts. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { isRemoval, otherValue } from '../../src/resources/annotations.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { only, planFor, removal, removalFor, towards } from '../support/plans.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { pod } from '../support/workloads.ts';

/** What the values say instead, where the role is asked for. */
const said = (view: Parameters<typeof otherValue>[1]) => otherValue({ is: ROLE_ARN }, view);

const accounts = (roleArn?: string) => [{ namespace: host('a'), ...(roleArn !== undefined && { roleArn }) }];

const planned = (asked: Intent, roleArn?: string): readonly string[] => {
  const base = asked.identity === 'irsa' ? settledIrsa(['a']) : settledPods(['a']);
  const workloads = { ...base.workloads, serviceAccounts: accounts(roleArn) };
  return towards(asked, { ...base, workloads }, 'annotation');
};

describe('the annotation of a service account', () => {
  const wait = [`wait annotation/${host('a')}`];

  test('is waited for until it is the role; that it goes is nobody’s concern', () => {
    expect([planned(IRSA, ROLE_ARN), planned(IRSA, 'x'), planned(IRSA)]).toEqual([[], wait, wait]);
    // An association wins over what is left of it.
    expect([planned(PODS, ROLE_ARN), planned(PODS)]).toEqual([[], []]);
  });

  test('is a matter of the control plane where the service account does not exist', () => {
    const base = settledIrsa(['a']);
    const parts = { ...base, workloads: { ...base.workloads, serviceAccounts: [] } };
    expect(towards(IRSA, parts)).toEqual(['wait control-plane/team-a/ctp-a']);
  });

  test('is waited for in a removal only where it is ours, by whomever it was set', () => {
    const none = { ...IRSA, release: { ...IRSA.release, annotate: 'none' as const } };
    for (const asked of [IRSA, none]) expect(removal(asked, settledIrsa(['a']))).toContain(wait[0]);
    const base = settledPods(['a']);
    const other = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts('x') } };
    expect(removal(IRSA, other)).not.toContain(wait[0]);
  });

  test('that others are to take away is not waited for, and only talked about where it is left', () => {
    const none = { ...PODS, release: { ...PODS.release, annotate: 'none' as const } };
    expect(planFor(none, settledPods(['a']))).toMatchObject({ changes: [], warnings: [] });
    const base = settledPods(['a']);
    const left = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts(ROLE_ARN) } };
    expect(planFor(none, left)).toMatchObject({
      changes: [],
      warnings: [expect.stringContaining('is still on 1 service account:')],
    });
  });

  test('that Spaces does not carry is set by this action, which the plan says; not where others set it', () => {
    const base = settledIrsa(['a']);
    const parts = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts('x') } };
    const reasonOf = (asked: Intent) => planFor(asked, parts).changes.map(({ reason }) => reason);
    expect(reasonOf(IRSA)).toEqual([
      'the service account does not carry the role yet: Spaces sets it, and after a minute without that, this action sets it there',
    ]);
    const none = { ...IRSA, release: { ...IRSA.release, annotate: 'none' as const } };
    expect(reasonOf(none)).toEqual(['the service account does not carry the role yet']);
  });

  test('by hand keeps nobody from the restart that Pod Identity needs', () => {
    const base = settledPods(['a']);
    const workloads = { ...base.workloads, serviceAccounts: accounts('x'), pods: [pod('a', 'other-irsa')] };
    expect(towards(PODS, { ...base, workloads })).toEqual([`restart restart/${host('a')}`]);
  });

  test('is another value than asked for only where the values could be read', () => {
    expect(said({ kind: 'unreadable', why: 'no', next: '' })).toBeUndefined();
    expect(said(settledPods().release)).toContain('hold none');
    expect(said(settledIrsa().release)).toBeUndefined();
  });

  test('says in the plan what it was and what is waited for', () => {
    const base = settledIrsa(['a']);
    const bare = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts() } };
    expect(only(planFor(IRSA, bare), 'await-annotation')).toMatchObject({
      before: null,
      after: ROLE_ARN,
      write: { until: { is: ROLE_ARN } },
    });
    expect(only(removalFor(IRSA, base), 'await-annotation')).toMatchObject({
      reason:
        'the service account still carries the annotation: Spaces removes it, and after a minute without that, this action removes it there',
      before: ROLE_ARN,
      after: null,
      write: { until: { isNoneOf: [ROLE_ARN] } },
    });
  });

  test('left on a service account under Pod Identity is told, where the values do not hold it', () => {
    const base = settledPods(['a']);
    const left = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts(ROLE_ARN) } };
    expect(planFor(PODS, left).warnings).toEqual([expect.stringContaining('is still on 1 service account:')]);
  });

  test('that has to go is in the way as long as the values hold one of ours', () => {
    const gone = { isNoneOf: [ROLE_ARN] };
    expect(otherValue(gone, annotating(ROLE_ARN))).toContain(`name "${ROLE_ARN}"`);
    expect(otherValue(gone, annotating('x'))).toBeUndefined();
    expect(otherValue(gone, settledPods().release)).toBeUndefined();
    expect(said(annotating('x'))).toBe(
      'the values of release spaces name "x" for eks.amazonaws.com/role-arn',
    );
  });

  test('has to come or to go', () => {
    expect([{ is: ROLE_ARN }, { isNoneOf: [ROLE_ARN] }].map(isRemoval)).toEqual([false, true]);
  });
});
