/** What keeps a plan from being carried out. */
import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/change.ts';
import { Failure } from '../../src/model/failure.ts';
import { fingerprints } from '../../src/plan/fingerprints.ts';
import { leftOut, planChanged, refuseBlocked, refuseToBegin } from '../../src/plan/gate.ts';
import { association, intent, releaseIntent } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

const empty: Plan = {
  changes: [],
  blockers: [],
  doubts: [],
  warnings: [],
  digest: `sha256:${'0'.repeat(64)}`,
};

function thrownBy(act: () => void): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const theirs = (id: string) => association(id, { tags: {}, roleArn: OTHER_ROLE_ARN });

describe('a plan that can not be carried out', () => {
  test('is refused with every reason and every way out', () => {
    const blockers = [
      { reason: 'quota-exceeded', target: 'the role', message: 'too long', next: 'Shorten it.' },
      { reason: 'not-owned', target: 'an association', message: 'not ours', next: 'Adopt it.' },
    ] as const;
    const failure = thrownBy(() => refuseBlocked({ ...empty, blockers }));
    expect(failure.reason).toBe('quota-exceeded');
    expect(failure.details).toEqual({
      tried: 'make a plan that can be carried out (the role)',
      said: 'too long\n  an association: not ours (Adopt it.)',
      next: 'Shorten it. Nothing was written.',
      cause: undefined,
    });
  });

  test('because of one control plane is carried out for the others; because of all of them it is not', () => {
    const one = planFor(PODS, settledPods(['a', 'b'], { associations: [theirs('a'), association('b')] }));
    expect(() => refuseToBegin(one)).not.toThrow();
    expect(() => refuseBlocked(one)).toThrow('Nothing was written.');
    expect(leftOut(one, new Map())?.message).toMatch(/All others were served\.$/);
    const all = planFor(PODS, settledPods(['a', 'b'], { associations: [theirs('a'), theirs('b')] }));
    expect(() => refuseToBegin(all)).toThrow('Nothing was written.');
    expect(leftOut(all, new Map())).toBeUndefined();
  });

  test('others pass', () => {
    expect(() => refuseBlocked(empty)).not.toThrow();
  });
});

const said = (plan: Plan, reviewed?: Plan): string => {
  const failure = planChanged(plan, empty.digest, reviewed && fingerprints(reviewed));
  expect(failure.reason).toBe('plan-changed');
  expect(failure.details.next).toContain('Nothing was written.');
  return failure.details.said;
};

describe('another plan than the reviewed one', () => {
  const now = planFor(IRSA, running({ a: 'nothing', b: 'irsa' }));
  test('is shown whole where the reviewed one was not found', () => {
    expect(said(now)).toContain("create role: the workload's role does not exist");
    expect(said(now).split('\n  ').slice(0, 2)).toEqual([
      `the plan is now ${now.digest}`,
      'the reviewed plan was not found in a comment, so this is the whole plan as it is now:',
    ]);
    expect(said(empty)).toContain('nothing is left to do');
  });

  test('is shown by its differences where it was', () => {
    const before = planFor(IRSA, running({ b: 'irsa', c: 'nothing' }));
    const lines = said(now, before).split('\n');
    expect(lines).toContainEqual(
      expect.stringMatching(`\\+ restart restart/${host('a')}: .*not in the reviewed plan`),
    );
    expect(lines).toContainEqual(expect.stringMatching('! create role: .*another change'));
    expect(lines).toContainEqual(
      expect.stringMatching(`- restart/${host('c')}/external-secrets .*no longer needed`),
    );
    expect(lines.join('\n')).not.toContain('oidc-provider');
  });

  test('is shown by a single difference', () => {
    expect(said({ ...now, changes: now.changes.slice(0, 1) }, empty)).toBe(
      `the plan is now ${now.digest}\n  + create oidc-provider: IAM does not know the cluster's token issuer yet (not in the reviewed plan)`,
    );
  });

  test('may differ in what was observed alone', () => {
    expect(said(now, now)).toContain('the changes are the same');
    expect(said(planFor(IRSA, settledIrsa()), empty)).toContain('the changes are the same');
  });
});

const labelled = (podLabels: Readonly<Record<string, string>>) =>
  fingerprints(planFor(intent({ release: releaseIntent({ podLabels }) }), settledIrsa()));

test('changes that share an id are told apart by their addresses', () => {
  const before = labelled({ a: 'b', c: 'd' });
  expect(before['helm/pod-labels/a']).toMatch(/^create [0-9a-f]{8}$/);
  expect(labelled({ a: 'x', c: 'd' })['helm/pod-labels/c']).toBe(before['helm/pod-labels/c']);
  expect(labelled({ a: 'x', c: 'd' })).not.toEqual(before);
  expect(labelled({ c: 'd', a: 'b' })).toEqual(before);
});
