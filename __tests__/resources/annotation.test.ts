import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { annotation } from '../../src/resources/annotation.ts';
import { spaceOf, workshopOf } from '../support/workshop.ts';
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

describe('an annotation that does not come, or does not go, in time', () => {
  const annotated = new Map([
    [host('b'), ROLE_ARN],
    [host('a'), 'x'],
  ]);
  const said = async (overrides: Partial<Intent>, planner: typeof planTowards) => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' }, { annotations: annotated, carryMs: () => 1e6 });
    const workshop = await workshopOf(space, { waitSeconds: 20, ...overrides });
    const changes = planner(workshop.intent, workshop.world).changes.filter(
      (one) => one.resource === 'annotation',
    );
    const outcomes = await annotation.apply(changes, workshop);
    return outcomes.map(({ id, failure }) => `${id}: ${failure?.details.said} ${failure?.details.next}`);
  };
  const none = { release: { ...IRSA.release, annotate: 'none' as const } };

  test('is a matter of Spaces where this action sets the value', async () => {
    const lines = await said({}, planTowards);
    expect(lines).toEqual([
      expect.stringMatching(`^annotation/${host('a')}: it had not arrived after 20 s Spaces carries`),
    ]);
    expect(await said({ identity: 'pod-identity' }, planTowards)).toEqual([
      expect.stringMatching(`^annotation/${host('a')}: it had not gone after 20 s`),
      expect.stringMatching(`^annotation/${host('b')}: it had not gone after 20 s`),
    ]);
  });

  test('is a matter of whoever sets it', async () => {
    expect(await said(none, planTowards)).toEqual([
      expect.stringContaining('give them what the output `helm-values` has'),
    ]);
    expect(await said(none, planRemoval)).toEqual([
      expect.stringContaining('take eks.amazonaws.com/role-arn out of them'),
    ]);
  });
});
