/** Who keeps the role without being selected. */
import { expect, test } from '@jest/globals';
import { drifted, ownChanges } from '../../src/plan/entries.ts';
import { association, controlPlane, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { pod } from '../support/workloads.ts';
import { trusting } from './trusting.ts';

const onlyA = (base: WorldParts): WorldParts => ({
  ...base,
  controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
});

const kept = (asked: typeof PODS, parts: WorldParts) => {
  const plan = planFor(asked, parts);
  // Neither written nor drift.
  expect(ownChanges(plan)).toEqual([]);
  return plan.changes.map(({ action, id, reason, drift }) => ({ action, id, reason, drift }));
};

const NARROWED = 'it keeps the role: this run does not select it';

test('who is not selected any more and has the role is shown, by association or annotation', () => {
  expect(kept(PODS, onlyA(settledPods(['a', 'b'])))).toEqual([
    { action: 'keep', id: `association/${host('b')}`, reason: NARROWED, drift: false },
  ]);
  expect(kept(IRSA, onlyA(settledIrsa(['a', 'b'])))).toEqual([
    { action: 'keep', id: `annotation/${host('b')}`, reason: NARROWED, drift: false },
  ]);
});

test('who never had it is not', () => {
  const base = settledPods(['a', 'b'], { associations: [association('a')] });
  const parts = {
    ...onlyA(base),
    role: role({ ...base.role, trustPolicy: trusting('pod-identity', [host('a')]) }),
  };
  expect(kept(PODS, parts)).toEqual([]);
});

test('who is admitted by a wildcard has it while a pod carries it, or the next one would', () => {
  const asked = { ...IRSA, role: ownedRole({ trustScope: 'pattern' }) };
  const base = settledIrsa(['a', 'b']);
  const wide = {
    ...onlyA(base),
    role: role({ ...base.role, trustPolicy: trusting('irsa', ['mxp-*-system']) }),
  };
  const ids = (parts: WorldParts): readonly string[] =>
    planFor(asked, parts).changes.flatMap(({ action, id }) => (action === 'keep' ? [id] : []));
  const idle = { ...wide, workloads: { ...wide.workloads, pods: [pod('a', 'irsa')] } };
  expect(ids(idle)).toEqual([`annotation/${host('b')}`]);
  const serviceAccounts = [{ namespace: host('a'), roleArn: ROLE_ARN }, { namespace: host('b') }];
  expect(ids({ ...idle, workloads: { ...idle.workloads, serviceAccounts } })).toEqual([]);
  expect(ids({ ...wide, workloads: { ...wide.workloads, serviceAccounts } })).toEqual([
    `annotation/${host('b')}`,
  ]);
});

test('who lives by a wildcard on the mechanism that is left is kept as well', () => {
  const base = onlyA(settledIrsa(['a', 'b']));
  const trustPolicy = trusting('irsa', ['mxp-*-system']);
  const parts = {
    ...base,
    role: role({ ...base.role, trustPolicy }),
    workloads: { ...base.workloads, pods: [pod('a', 'irsa')] },
  };
  const { changes } = planFor({ ...PODS, role: ownedRole({ trustScope: 'pattern' }) }, parts);
  expect(changes.filter(({ action }) => action === 'keep').map(({ id }) => id)).toEqual([
    `annotation/${host('b')}`,
  ]);
});

test('an association of someone is not what is kept', () => {
  const others = association('b', { tags: {} });
  const parts = onlyA(settledPods(['a', 'b'], { associations: [association('a'), others] }));
  expect(kept(PODS, parts)).toMatchObject([{ action: 'keep', id: `annotation/${host('b')}` }]);
});

test('a host namespace whose control plane is gone keeps the role of its live pod, and is no stranger', () => {
  const base = settledIrsa(['a', 'b']);
  const parts = { ...base, controlPlanes: [controlPlane('a')] };
  expect(kept(IRSA, parts)).toMatchObject([{ action: 'keep', id: `annotation/${host('b')}`, drift: false }]);
});

test('of a role made elsewhere nothing is kept but associations', () => {
  const referenced = { kind: 'referenced', arn: ROLE_ARN } as const;
  expect(kept({ ...IRSA, role: referenced }, onlyA(settledIrsa(['a', 'b'])))).toEqual([]);
  expect(kept({ ...PODS, role: referenced }, onlyA(settledPods(['a', 'b'])))).toHaveLength(1);
});

test('a namespace that is no control plane’s and lives on the role is somebody’s doing: shown as drift, left alone', () => {
  const base = settledIrsa(['a']);
  const parts = {
    ...base,
    namespaces: [...base.namespaces, { name: 'apps' }],
    role: role({ ...base.role, trustPolicy: trusting('irsa', [host('a'), 'apps']) }),
    workloads: { ...base.workloads, pods: [...base.workloads.pods, pod('x', 'irsa', { namespace: 'apps' })] },
  };
  expect(kept(IRSA, parts)).toMatchObject([{ action: 'foreign', id: 'role/trust-policy', drift: true }]);
  expect(planFor(IRSA, parts).changes).toMatchObject([{ severity: 'security', target: ROLE_ARN }]);
  expect(drifted(planFor(IRSA, parts)).map(({ reason }) => reason)).toEqual([
    "namespace apps is no control plane's, and its pods carry the role; it is left alone",
  ]);
});

test('of a namespace that this action has given an association, it is its own', () => {
  const base = settledPods(['a']);
  const parts = {
    ...base,
    namespaces: [...base.namespaces, { name: 'own' }],
    associations: [...base.associations, association('x', { namespace: 'own' })],
    workloads: {
      ...base.workloads,
      pods: [...base.workloads.pods, pod('x', 'pod-identity', { namespace: 'own' })],
    },
  };
  expect(kept(PODS, parts)).toMatchObject([{ action: 'keep', id: 'association/own', drift: false }]);
});
