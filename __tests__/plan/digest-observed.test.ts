/** What was observed is in the digest of a plan by itself, also where no change follows from it. */
import { expect, test } from '@jest/globals';
import { ownChanges } from '../../src/plan/entries.ts';
import { association, controlPlane, release, role, type WorldParts } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, OURS } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { pod } from '../support/workloads.ts';

const base = settledPods(['a']);
const settledRole = role({ ...base.role });
const withPolicy = (name: string, Action: string): WorldParts => ({
  ...base,
  role: {
    ...settledRole,
    inlinePolicies: {
      ...settledRole.inlinePolicies,
      [name]: { Statement: [{ Effect: 'Allow', Action, Resource: '*' }] },
    },
  },
});
const asRelease = (overrides: Parameters<typeof release>[0]): WorldParts => ({
  ...base,
  release: { kind: 'found', release: release(overrides) },
});
const labels = { controlPlanes: { sharedSecrets: { pod: { customLabels: { team: 'b' } } } } };

test.each<[string, WorldParts, WorldParts]>([
  ['what a policy of others says', withPolicy('x', 's3:Get*'), withPolicy('x', 's3:Put*')],
  [
    'a tag of others on the role',
    base,
    { ...base, role: { ...settledRole, tags: { ...settledRole.tags, other: 'x' } } },
  ],
  [
    'a tag of others on an association',
    base,
    { ...base, associations: [association('a', { tags: { ...OURS, other: 'x' } })] },
  ],
  [
    'an association of others, where no control plane is',
    { ...base, associations: [association('a'), association('x', { tags: {} })] },
    { ...base, associations: [association('a'), association('x', { tags: {}, roleArn: OTHER_ROLE_ARN })] },
  ],
  [
    'a control plane that is not selected',
    base,
    { ...base, controlPlanes: [...base.controlPlanes, controlPlane('c', { selected: false })] },
  ],
  ['the version of the chart', base, asRelease({ version: '1.18.0' })],
  ['labels that others set', base, asRelease({ values: { ...release().values, ...labels } })],
])('%s', (_what, first, second) => {
  const plans = [first, second].map((parts) => planFor(PODS, parts));
  expect(plans.flatMap((plan) => ownChanges(plan))).toEqual([]);
  expect(plans[0]?.digest).not.toBe(plans[1]?.digest);
});

test('why a pod has to be restarted: not the same restart for another reason', () => {
  const plans = (['nothing', 'other-irsa'] as const).map((carried) =>
    planFor(PODS, { ...base, workloads: { ...base.workloads, pods: [pod('a', carried)] } }),
  );
  expect(plans.map(({ changes }) => changes.map(({ id }) => id))).toEqual([
    [`restart/${host('a')}`],
    [`restart/${host('a')}`],
  ]);
  expect(plans[0]?.digest).not.toBe(plans[1]?.digest);
});

const unselected = settledPods(['a', 'b'], {
  controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
});

test.each<[string, WorldParts, WorldParts]>([
  [
    'pods of a control plane that is not selected come and go',
    unselected,
    { ...unselected, workloads: { ...unselected.workloads, pods: [pod('a', 'pod-identity')] } },
  ],
  [
    'so do pods in namespaces that are no control plane’s',
    base,
    {
      ...base,
      namespaces: [...base.namespaces, { name: 'apps' }],
      workloads: {
        ...base.workloads,
        pods: [...base.workloads.pods, pod('x', 'nothing', { namespace: 'apps' })],
      },
    },
  ],
])('%s', (_what, first, second) => {
  expect(planFor(PODS, first).digest).toBe(planFor(PODS, second).digest);
});
