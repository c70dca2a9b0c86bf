import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { brief, removal, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const accounts = (roleArn?: string) => [{ namespace: host('a'), ...(roleArn !== undefined && { roleArn }) }];

const planned = (wanted: Intent, roleArn?: string): readonly string[] => {
  const base = wanted.identity === 'irsa' ? settledIrsa(['a']) : settledPods(['a']);
  const workloads = { ...base.workloads, serviceAccounts: accounts(roleArn) };
  return towards(wanted, { ...base, workloads }, 'annotation');
};

describe('the annotation of a service account', () => {
  const wait = [`wait annotation/${host('a')}`];

  test('is waited for until it is the role, or gone', () => {
    expect([planned(IRSA, ROLE_ARN), planned(IRSA, 'x'), planned(IRSA)]).toEqual([[], wait, wait]);
    expect([planned(PODS, ROLE_ARN), planned(PODS)]).toEqual([wait, []]);
  });

  test('is a matter of the control plane where there is no service account', () => {
    const base = settledIrsa(['a']);
    const world = { ...base, workloads: { ...base.workloads, serviceAccounts: [] } };
    expect(brief(planTowards(IRSA, world))).toEqual(['wait control-plane/team-a/ctp-a']);
  });

  test('is waited for in a removal only where it is ours, by whomever it was set', () => {
    const none = { ...IRSA, release: { ...IRSA.release, annotate: 'none' as const } };
    for (const wanted of [IRSA, none]) expect(removal(wanted, settledIrsa(['a']))).toContain(wait[0]);
    const base = settledPods(['a']);
    const other = { ...base, workloads: { ...base.workloads, serviceAccounts: accounts('x') } };
    expect(removal(IRSA, other)).not.toContain(wait[0]);
  });
});
