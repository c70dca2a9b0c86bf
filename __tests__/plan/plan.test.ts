/** Plans as a whole: what they hold for the common situations. */
import { describe, expect, test } from '@jest/globals';
import { drifted, ownChanges } from '../../src/plan/entries.ts';
import { intent, world } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { brief, planFor, removal, removalFor, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

describe('a plan', () => {
  test('has nothing to do where everything is as desired', () => {
    expect(planFor(IRSA, settledIrsa())).toMatchObject({ changes: [], blockers: [], warnings: [] });
    expect(planFor(PODS, settledPods())).toMatchObject({ changes: [], blockers: [], warnings: [] });
  });

  test('IRSA from nothing', () => {
    expect(towards(IRSA, running({ a: 'nothing', b: 'nothing' }))).toEqual([
      'create oidc-provider',
      'create role',
      'create role/access-policy',
      'create helm/annotation',
      `wait annotation/${host('a')}`,
      `wait annotation/${host('b')}`,
      `restart restart/${host('a')}`,
      `restart restart/${host('b')}`,
    ]);
  });

  test('Pod Identity from nothing', () => {
    const parts = running({ a: 'nothing' }, { agent: { provider: 'none', issues: [] } });
    expect(towards(PODS, parts)).toEqual([
      'create role',
      'create role/access-policy',
      'create agent',
      `create association/${host('a')}`,
      `restart restart/${host('a')}`,
    ]);
  });

  test('from IRSA to Pod Identity, and back', () => {
    expect(towards(PODS, settledIrsa(['a']))).toEqual([
      'update role/trust-policy/bridge',
      'update role/trust-policy',
      `create association/${host('a')}`,
      'delete helm/annotation',
      `restart restart/${host('a')}`,
    ]);
    expect(towards(IRSA, settledPods(['a']))).toEqual([
      'create oidc-provider',
      'update role/trust-policy/bridge',
      'update role/trust-policy',
      `delete association/${host('a')}`,
      'create helm/annotation',
      `wait annotation/${host('a')}`,
      `restart restart/${host('a')}`,
    ]);
  });

  test('says when there is no control plane yet', () => {
    expect(planFor(PODS, world()).warnings).toContainEqual(
      expect.stringMatching(/^the Space has no control plane yet: .*run again when there is one$/),
    );
  });

  test('everything that it shows is what it carries out, but for what is foreign', () => {
    const plan = planFor(intent({ adopt: true }), running({ a: 'nothing' }));
    expect(ownChanges(plan)).toEqual(plan.changes);
    expect(drifted(plan)).toEqual(plan.changes);
  });
});

describe('a removal', () => {
  test('takes back all that is ours, what uses a thing before the thing', () => {
    expect(removal(IRSA, settledIrsa(['a']))).toEqual([
      'delete oidc-provider',
      'delete role',
      'delete helm/annotation',
      `wait annotation/${host('a')}`,
      `restart restart/${host('a')}`,
    ]);
    expect(removal(PODS, settledPods(['a']))).toEqual([
      'delete role',
      `delete association/${host('a')}`,
      `restart restart/${host('a')}`,
    ]);
  });

  test('is empty where nothing is ours', () => {
    expect(removalFor(IRSA, running({ a: 'other-irsa' }))).toMatchObject({ changes: [], blockers: [] });
  });

  test('looks at the whole Space, whatever is selected', () => {
    const some = { ...IRSA, selection: { globs: ['nobody/*'], namespaces: [] } };
    const settled = settledIrsa(['a']);
    const unselected = {
      ...settled,
      controlPlanes: settled.controlPlanes.map((controlPlane) => ({ ...controlPlane, selected: false })),
    };
    expect(brief(removalFor(some, unselected))).toEqual(removal(IRSA, settled));
  });
});
