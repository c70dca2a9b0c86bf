/** What earlier inputs have left behind: shown by a check, removed by destroy, and no part of what a plan is. */
import { describe, expect, test } from '@jest/globals';
import type { LeftBehind } from '../../src/model/left-behind.ts';
import type { Role } from '../../src/model/world.ts';
import { drifted, ownChanges } from '../../src/plan/entries.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { association, role, type WorldParts } from '../support/factories.ts';
import { ANOTHER_CLUSTERS, host, OURS, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { pod } from '../support/workloads.ts';

const earlier = (overrides: Partial<Role> = {}): Role =>
  role({ name: 'made-by-hand', arn: OTHER_ROLE_ARN, ...overrides });
const ofEarlier = association('e', { namespace: host('a'), serviceAccount: 'earlier' });
const left = (overrides: Partial<LeftBehind> = {}): LeftBehind => ({
  roles: [earlier()],
  associations: [ofEarlier],
  ...overrides,
});

function planned(
  planner: typeof planTowards,
  intent: typeof PODS,
  parts: WorldParts,
  leftBehind?: LeftBehind,
) {
  const seen = { ...worldOf(intent, parts), ...(leftBehind !== undefined && { leftBehind }) };
  return planner(desiredOf(intent), seen);
}

const towards = (leftBehind?: LeftBehind, parts = settledPods(['a']), intent = PODS) =>
  planned(planTowards, intent, parts, leftBehind);
const removal = (leftBehind?: LeftBehind, parts = settledPods(['a']), intent = PODS) =>
  planned(planRemoval, intent, parts, leftBehind);

/** What is said of the earlier role. */
const roleReason = (parts: WorldParts, overrides: Partial<LeftBehind> = {}, intent = PODS) =>
  towards(left(overrides), parts, intent).changes.find(
    ({ target, id }) => id === 'role' && target === OTHER_ROLE_ARN,
  )?.reason;

describe('a check', () => {
  test('shows it, as neither drift nor a change', () => {
    const plan = towards(left());
    expect(plan.changes.map(({ action, id, address, target }) => [action, id, address, target])).toEqual([
      ['keep', 'role', `role ${OTHER_ROLE_ARN}`, OTHER_ROLE_ARN],
      ['keep', `association/${host('a')}`, `association/${host('a')}/earlier`, `${host('a')}/earlier (a-e)`],
    ]);
    expect([ownChanges(plan), drifted(plan)]).toEqual([[], []]);
    expect(plan.changes.every(({ reason }) => reason.includes('`mode: destroy` removes it'))).toBe(true);
  });

  test('has the same digest with and without it: the plan of a pull request does not look', () => {
    expect(towards(left()).digest).toBe(towards().digest);
  });

  test('says who still has the role', () => {
    expect(roleReason(settledPods(['a']))).toContain('nothing here uses it');
    const byAssociation = settledPods(['a'], {
      associations: [association('a', { roleArn: OTHER_ROLE_ARN })],
    });
    expect(roleReason(byAssociation)).toContain('1 host namespace still uses it');
    const byPod = settledIrsa(['a', 'b']);
    const carrying = {
      ...byPod,
      workloads: { ...byPod.workloads, pods: [pod('a', 'other-irsa'), pod('b', 'other-irsa')] },
    };
    expect(roleReason(carrying, {}, IRSA)).toContain('2 host namespaces still use it');
    const half = { ...byPod.workloads, pods: [pod('a', 'irsa'), pod('a', 'other-irsa', { name: 'old' })] };
    expect(roleReason({ ...settledIrsa(['a']), workloads: half }, {}, IRSA)).toContain(
      '1 host namespace still uses it',
    );
    const bySecond = { associations: [{ ...ofEarlier, roleArn: OTHER_ROLE_ARN }] };
    expect(roleReason(settledPods(['a', 'b']), bySecond)).toContain('1 host namespace still uses it');
    const besideThat = { associations: [...bySecond.associations, { ...ofEarlier, serviceAccount: 'x' }] };
    expect(roleReason(settledPods(['a']), besideThat)).toContain('1 host namespace still uses it');
  });

  test('says nothing of associations of others', () => {
    const others = [
      { ...ofEarlier, tags: {} },
      { ...ofEarlier, tags: ANOTHER_CLUSTERS },
      { ...ofEarlier, ownerArn: 'arn' },
    ];
    expect(towards(left({ roles: [], associations: others })).changes).toEqual([]);
  });

  test('says that it could not look', () => {
    const { warnings } = towards({ roles: [], associations: [], unread: 'not authorised' });
    expect(warnings.join('\n')).toContain('may have left behind were not all looked at: not authorised');
  });
});

describe('destroy', () => {
  test('removes it beside what the inputs name', () => {
    const plan = removal(left());
    expect(plan.changes.map(({ action, target }) => [action, target])).toEqual([
      ['delete', ROLE_ARN],
      ['delete', `${host('a')}/${association('a').serviceAccount} (a-a)`],
      ['delete', OTHER_ROLE_ARN],
      ['delete', `${host('a')}/earlier (a-e)`],
      ['restart', `${host('a')}/external-secrets`],
    ]);
    expect(new Set(plan.changes.map(({ address }) => address)).size).toBe(5);
    expect(plan.warnings).toEqual([]);
    expect(plan.changes.map(({ write }) => write)).toContainEqual({
      op: 'delete-role',
      roleName: 'made-by-hand',
      tags: OURS,
      trustPolicy: earlier().trustPolicy,
    });
  });

  test('leaves a role that carries policies of others, and names them', () => {
    const attached = earlier({ attachedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] });
    const { changes, warnings } = removal(left({ roles: [attached], associations: [] }));
    const its = changes.filter(({ id }) => id.startsWith('role/'));
    expect(its.map(({ action, id }) => `${action} ${id}`)).toEqual([
      'foreign role/foreign-policy/ReadOnlyAccess',
    ]);
    expect(warnings).toEqual([
      `${OTHER_ROLE_ARN} is not deleted, because others have put policies on it: take them off, then run again`,
    ]);
  });

  test('takes an earlier role out of the Space’s value, off the service accounts and out of the pods', () => {
    const base = settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) });
    const parts = {
      ...base,
      workloads: {
        ...base.workloads,
        serviceAccounts: [{ namespace: host('a'), roleArn: OTHER_ROLE_ARN }],
        pods: [pod('a', 'other-irsa')],
      },
    };
    const ids = (leftBehind?: LeftBehind) => removal(leftBehind, parts, IRSA).changes.map(({ id }) => id);
    const its = ['helm/annotation', `annotation/${host('a')}`, `restart/${host('a')}`];
    expect(ids(left({ associations: [] }))).toEqual(['oidc-provider', 'role', 'role', ...its]);
    // Without it that role is someone else's.
    expect(ids()).toEqual(['oidc-provider', 'role']);
  });

  test('says that it could not look', () => {
    const { warnings } = removal({ roles: [], associations: [], unread: 'not authorised' });
    expect(warnings.join('\n')).toContain('were not all looked at: not authorised');
  });
});
