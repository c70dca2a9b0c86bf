import { describe, expect, test } from '@jest/globals';
import type { ControlPlane, World } from '../../src/model/world.ts';
import { displayName, isGone, missingWorkload, othersAnnotated, targets } from '../../src/space/targets.ts';
import { association, controlPlane, world } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';

const unmapped = (id: string): ControlPlane => {
  const { namespace: _none, ...rest } = controlPlane(id, { notReady: 'it has no ID yet' });
  return rest;
};
const named = (namespace: string): ControlPlane => ({
  group: '',
  name: namespace,
  namespace,
  selected: true,
  deleting: false,
});

test('targets are the selected control planes with a namespace, in order', () => {
  const controlPlanes = [
    controlPlane('b'),
    controlPlane('a'),
    controlPlane('c', { selected: false }),
    unmapped('d'),
  ];
  const names = targets(world({ controlPlanes })).map((target) => target.namespace);
  expect(names).toEqual([host('a'), host('b')]);
});

test('a control plane is called by its group and name, a namespace by its own', () => {
  expect(displayName(controlPlane('a'))).toBe('team-a/ctp-a');
  expect(displayName(named('own'))).toBe('own');
});

describe('a namespace is gone', () => {
  const labels = { controlPlaneName: 'ctp-a', controlPlaneGroup: 'team-a' };
  test.each<[string, Partial<World>, boolean]>([
    ['when nothing is there', {}, true],
    ['when the Space has other control planes only', { controlPlanes: [controlPlane('b')] }, true],
    [
      'also when it stands there unlabelled',
      { controlPlanes: [controlPlane('b')], namespaces: [{ name: host('a') }] },
      true,
    ],
    [
      'also when it is labelled by halves',
      { controlPlanes: [controlPlane('b')], namespaces: [{ name: host('a'), controlPlaneName: 'ctp-b' }] },
      true,
    ],
    [
      'also when it was left behind without its control plane',
      { controlPlanes: [controlPlane('b')], namespaces: [{ name: host('a'), ...labels }] },
      true,
    ],
    ['not while a control plane maps to it', { controlPlanes: [controlPlane('a')] }, false],
    [
      'not while that one is not selected',
      { controlPlanes: [controlPlane('a', { selected: false })] },
      false,
    ],
    [
      'not while that one is being deleted',
      { controlPlanes: [controlPlane('a', { deleting: true, selected: false })] },
      false,
    ],
    [
      'not while a control plane that can not be mapped might live there',
      { controlPlanes: [unmapped('x')], namespaces: [{ name: host('a') }] },
      false,
    ],
    ['when it does not exist, whoever can not be mapped', { controlPlanes: [unmapped('x')] }, true],
    [
      'not while it is labelled for one that lives elsewhere',
      {
        controlPlanes: [controlPlane('a', { namespace: 'own' })],
        namespaces: [{ name: host('a'), ...labels }],
      },
      false,
    ],
    [
      'when it is labelled for one of the same name in another group',
      {
        controlPlanes: [controlPlane('a', { namespace: 'own', group: 'team-b' })],
        namespaces: [{ name: host('a'), ...labels }],
      },
      true,
    ],
    [
      'not, with namespaces named outright, while it exists',
      { controlPlanes: [named('own')], namespaces: [{ name: host('a') }] },
      false,
    ],
    ['with namespaces named outright, once it does not', { controlPlanes: [named('own')] }, true],
  ])('%s', (_when, overrides, gone) => {
    expect(isGone(world(overrides), host('a'))).toBe(gone);
  });
});

const annotated = (ids: readonly string[]) => ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN }));

const annotatedIn = (overrides: Partial<World>) =>
  othersAnnotated({
    ...running({ a: 'irsa', b: 'irsa' }),
    controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
    workloads: { serviceAccounts: annotated(['a', 'b', 'x']), deployments: [], pods: [] },
    ...overrides,
  });

test('others that live on the annotation are those that are there, not selected, and have no association', () => {
  expect(annotatedIn({})).toEqual([host('b')]);
  expect(annotatedIn({ associations: [association('b')] })).toEqual([]);
  expect(annotatedIn({ controlPlanes: [controlPlane('a'), controlPlane('b')] })).toEqual([]);
  expect(
    annotatedIn({ workloads: { serviceAccounts: [{ namespace: host('b') }], deployments: [], pods: [] } }),
  ).toEqual([]);
});

test('why a controller can not be looked at', () => {
  const here = running({ a: 'irsa' });
  const target = { controlPlane: controlPlane('a'), namespace: host('a') };
  const { workloads } = here;
  expect(missingWorkload(here, target)).toBeUndefined();
  const late = { ...target, controlPlane: controlPlane('a', { notReady: 'its restore is pending' }) };
  expect(missingWorkload(here, late)).toBe('its restore is pending');
  expect(missingWorkload({ ...here, workloads: { ...workloads, serviceAccounts: [] } }, target)).toBe(
    'the service account does not exist yet',
  );
  expect(missingWorkload({ ...here, workloads: { ...workloads, deployments: [] } }, target)).toBe(
    'no Deployment uses the service account yet',
  );
});
