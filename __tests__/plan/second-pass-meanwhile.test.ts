/** What others do while a plan is carried out: the second pass neither takes it up nor overwrites it. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { awaited, forAwaited, notCleared, onlyPlanned } from '../../src/plan/second-pass.ts';
import {
  association,
  controlPlane,
  intent,
  releaseIntent,
  role,
  type WorldParts,
} from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { trusting } from '../resources/trusting.ts';

const stateIn = (id: string, now: WorldParts, before: WorldParts) =>
  onlyPlanned(worldOf(PODS, now), worldOf(PODS, before)).hosts.find(({ namespace }) => namespace === host(id))
    ?.state;

const deleted = (parts: WorldParts): WorldParts => ({
  ...parts,
  controlPlanes: [controlPlane('a')],
  namespaces: [{ name: host('a') }],
  workloads: settledPods(['a']).workloads,
});

describe('a control plane that is gone', () => {
  const both = settledPods(['a', 'b']);

  test('since the plan was made is left alone: nobody has planned to take anything from it', () => {
    expect(stateIn('b', deleted(both), both)).toEqual({
      kind: 'unselected',
      why: 'its control plane was deleted while this run was under way',
    });
  });

  test('as the plan knew is gone', () => {
    expect(stateIn('b', deleted(both), deleted(both))).toMatchObject({ kind: 'gone' });
  });
});

test('one that appears and is not selected is not said to have been missed', () => {
  const now = settledPods(['a', 'b'], {
    controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
  });
  expect(stateIn('b', now, settledPods(['a']))).toEqual({
    kind: 'unselected',
    why: 'this run does not select it',
  });
});

describe('has to be cleared once more', () => {
  const before = worldOf(IRSA, settledIrsa(['a']));

  test('what has got the annotation and runs no pod yet', () => {
    const both = settledIrsa(['a', 'new']);
    const idle = { ...both, workloads: { ...both.workloads, pods: [] } };
    expect(notCleared(worldOf(IRSA, idle), before)).toEqual([
      expect.stringContaining(': team-a/ctp-new. Run'),
    ]);
  });

  test('nothing that was known before', () => {
    expect(notCleared(before, before)).toEqual([]);
  });
});

/** By IRSA, `late` has come up; the values are these. */
function lateByIrsa(release: WorldParts['release'], asked: Intent = IRSA) {
  const { namespace: _namespace, id: _id, ...coming } = controlPlane('late', { notReady: 'no ID yet' });
  const first = worldOf(asked, settledIrsa(['a'], { controlPlanes: [controlPlane('a'), coming] }));
  const up = settledIrsa(['a', 'late'], { release });
  const serviceAccounts = [{ namespace: host('a'), roleArn: ROLE_ARN }, { namespace: host('late') }];
  const now = worldOf(asked, { ...up, workloads: { ...up.workloads, serviceAccounts } });
  const desired = desiredOf(asked);
  const look = { desired, first, now, names: awaited(planTowards(desired, first)) };
  return forAwaited(planTowards(desired, now), look).changes.map(({ id }) => id);
}

describe('the value that brings the annotation', () => {
  test('is there: the annotation is waited for', () => {
    expect(lateByIrsa(annotating(ROLE_ARN))).toContain(`annotation/${host('late')}`);
  });

  test('names another role now: the plan has changed', () => {
    expect(() => lateByIrsa(annotating(OTHER_ROLE_ARN))).toThrow(
      expect.objectContaining({
        reason: 'plan-changed',
        message: expect.stringContaining(`name "${OTHER_ROLE_ARN}" for eks.amazonaws.com/role-arn`),
      }),
    );
  });

  test('is no matter where others set it', () => {
    const none = intent({ release: releaseIntent({ annotate: 'none' }) });
    expect(lateByIrsa(annotating(OTHER_ROLE_ARN), none)).toContain(`annotation/${host('late')}`);
  });
});

test('the trust of others that somebody took away is no matter of an awaited one that has its own', () => {
  const { namespace: _namespace, id: _id, ...coming } = controlPlane('late', { notReady: 'no ID yet' });
  const first = worldOf(PODS, settledPods(['a'], { controlPlanes: [controlPlane('a'), coming] }));
  const both = settledPods(['a', 'late'], { associations: [association('a')] });
  const trustPolicy = trusting('pod-identity', [host('late')]);
  const now = worldOf(PODS, { ...both, role: role({ ...both.role, trustPolicy }) });
  const desired = desiredOf(PODS);
  const look = { desired, first, now, names: new Set(['team-a/ctp-late']) };
  const { changes } = forAwaited(planTowards(desired, now), look);
  expect(changes.map(({ id }) => id)).toContain(`association/${host('late')}`);
  expect(changes.map(({ id }) => id)).not.toContain('role/trust-policy');
});

test('a role of another account is not looked at: it can not be read from here', () => {
  const arn = 'arn:aws:iam::444455556666:role/away';
  const asked = intent({ role: { kind: 'referenced', arn } });
  const { namespace: _namespace, id: _id, ...coming } = controlPlane('late', { notReady: 'no ID yet' });
  const { role: _first, ...before } = settledIrsa(['a'], { controlPlanes: [controlPlane('a'), coming] });
  const { role: _now, ...up } = settledIrsa(['a', 'late'], { release: annotating(arn) });
  const [first, now] = [before, up].map((parts) => worldOf(asked, parts));
  if (first === undefined || now === undefined) throw new Error('two worlds');
  const desired = desiredOf(asked);
  const look = { desired, first, now, names: new Set(['team-a/ctp-late']) };
  expect(forAwaited(planTowards(desired, now), look).changes.map(({ id }) => id)).toContain(
    `annotation/${host('late')}`,
  );
});
