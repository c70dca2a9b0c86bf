/** The state of a control plane's host, and what it is called. */
import { describe, expect, test } from '@jest/globals';
import type { ControlPlane, HostState } from '../../src/model/host.ts';
import { nameOf } from '../../src/observe/host-state.ts';
import { association, controlPlane, intent, world, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { worldOf } from '../support/world-of.ts';

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

/** What is thought of the namespace of control plane `a`. */
function stateOfA(parts: WorldParts): HostState {
  const found = worldOf(intent(), parts).hosts.find(({ namespace }) => namespace === host('a'));
  if (found === undefined) throw new Error('no such host');
  return found.state;
}

test('a control plane is called by its group and name, a namespace by its own', () => {
  expect(nameOf(controlPlane('a'))).toBe('team-a/ctp-a');
  expect(nameOf(named('own'))).toBe('own');
});

describe('a namespace is gone', () => {
  const labels = { controlPlaneName: 'ctp-a', controlPlaneGroup: 'team-a' };
  test.each<[string, Partial<WorldParts>, boolean]>([
    ['when nothing else exists', {}, true],
    ['when the Space has other control planes only', { controlPlanes: [controlPlane('b')] }, true],
    [
      'also when it exists unlabelled',
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
      'not while a control plane that can not be mapped might live in it',
      { controlPlanes: [unmapped('x')], namespaces: [{ name: host('a') }] },
      false,
    ],
    [
      'not while one of several can not be mapped',
      { controlPlanes: [controlPlane('b'), unmapped('x')], namespaces: [{ name: host('a') }] },
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
    const { kind } = stateOfA(world({ associations: [association('a')], ...overrides }));
    expect(kind === 'gone').toBe(gone);
  });
});

const notReady = (why: string): HostState => ({ kind: 'not-ready', why });

describe('a control plane', () => {
  const parts = running({ a: 'irsa' });
  const state = (overrides: Partial<ControlPlane>, workloads: Partial<WorldParts['workloads']> = {}) =>
    stateOfA({
      ...parts,
      controlPlanes: [controlPlane('a', overrides)],
      workloads: { ...parts.workloads, ...workloads },
    });

  test('is served when its controller can be looked at', () => {
    expect(state({})).toEqual({ kind: 'served' });
  });

  test('can not be served while something of it is missing', () => {
    expect(state({ notReady: 'its restore is pending' })).toEqual(notReady('its restore is pending'));
    expect(state({}, { serviceAccounts: [] })).toEqual(notReady('the service account does not exist yet'));
    expect(state({}, { deployments: [] })).toEqual(notReady('no Deployment uses the service account yet'));
  });

  test('can not be served without a host namespace, and says so where nothing else is said', () => {
    const { notReady: _why, ...silent } = unmapped('a');
    const states = [unmapped('a'), silent].map(
      (actual) => worldOf(intent(), { ...parts, controlPlanes: [actual] }).selected[0]?.state,
    );
    expect(states).toEqual([notReady('it has no ID yet'), notReady('its host namespace is not known yet')]);
  });

  test('is left alone while it is not selected, or goes', () => {
    expect(state({ selected: false })).toEqual({ kind: 'unselected', why: 'this run does not select it' });
    expect(state({ selected: false, deleting: true })).toEqual({
      kind: 'unselected',
      why: 'it is being deleted',
    });
  });
});
