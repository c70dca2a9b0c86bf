/** The one record of each control plane. */
import { describe, expect, test } from '@jest/globals';
import type { ControlPlane, Host } from '../../src/model/host.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { union } from '../../src/policy/equivalence.ts';
import { association, controlPlane, intent, role, world, type WorldParts } from '../support/factories.ts';
import { host, SERVICE_ACCOUNT } from '../support/names.ts';
import { deployment, pod, running } from '../support/workloads.ts';
import { placeOf, worldOf } from '../support/world-of.ts';
import { store } from '../verify/support.ts';

const unmapped = (id: string): ControlPlane => {
  const { namespace: _none, ...rest } = controlPlane(id, { notReady: 'it has no ID yet' });
  return rest;
};

const names = (hosts: readonly Host[]): readonly string[] => hosts.map(({ name }) => name);
const hostsOf = (parts: WorldParts): readonly Host[] => worldOf(intent(), parts).hosts;

describe('the hosts of a run', () => {
  const controlPlanes = [
    controlPlane('b'),
    controlPlane('a'),
    controlPlane('c', { selected: false }),
    unmapped('d'),
  ];

  test('are all control planes, by namespace; those without one come first', () => {
    expect(names(hostsOf(world({ controlPlanes })))).toEqual(
      ['d', 'a', 'b', 'c'].map((id) => `team-a/ctp-${id}`),
    );
  });

  test('are selected, and placed once their namespace is known', () => {
    const { selected, placed } = worldOf(intent(), world({ controlPlanes }));
    expect(names(selected)).toEqual(['a', 'b', 'd'].map((id) => `team-a/ctp-${id}`));
    expect(placed.map(({ namespace }) => namespace)).toEqual([host('a'), host('b')]);
  });

  test('are selected in the order of their groups and names, and placed in that of their namespaces', () => {
    const mixed = [
      controlPlane('1', { group: 'team-b', name: 'a' }),
      controlPlane('2', { group: 'team-a-x', name: 'a' }),
      controlPlane('3', { group: 'team-a', name: 'b' }),
      controlPlane('4', { group: 'team-a', name: 'a' }),
    ];
    const { selected, placed } = worldOf(intent(), world({ controlPlanes: mixed }));
    expect(names(selected)).toEqual(['team-a/a', 'team-a/b', 'team-a-x/a', 'team-b/a']);
    expect(names(placed)).toEqual(['team-b/a', 'team-a-x/a', 'team-a/b', 'team-a/a']);
  });

  test('without a namespace are told apart by their names', () => {
    const pair = [unmapped('z'), unmapped('y')];
    expect(names(hostsOf(world({ controlPlanes: pair })))).toEqual(['team-a/ctp-y', 'team-a/ctp-z']);
    expect(names(hostsOf(world({ controlPlanes: pair.toReversed() })))).toEqual([
      'team-a/ctp-y',
      'team-a/ctp-z',
    ]);
  });

  test('never share a namespace: of two, the selected one has it', () => {
    const twin = controlPlane('z', { namespace: host('a'), selected: false });
    const pair = [twin, controlPlane('a')];
    const [second, first] = hostsOf(world({ controlPlanes: pair }));
    expect([first?.name, first?.namespace]).toEqual(['team-a/ctp-a', host('a')]);
    expect([second?.name, second?.namespace, second?.controlPlane?.notReady]).toEqual([
      'team-a/ctp-z',
      '',
      'control plane team-a/ctp-a maps to the same host namespace',
    ]);
  });

  test('are also the namespaces with anything of the service account’s, or that the role names', () => {
    const trusted = {
      target: placeOf(intent()).target,
      scope: 'exact',
      namespaces: ['default', host('x')],
      serviceAccount: SERVICE_ACCOUNT,
    } as const;
    const others = hostsOf(
      world({
        workloads: {
          serviceAccounts: [{ namespace: 'one' }],
          deployments: [deployment('two')],
          pods: [pod('three', 'irsa'), pod('ended', 'irsa', { phase: 'Failed' })],
        },
        associations: [association('four')],
        role: role({ trustPolicy: irsaTrust(trusted) }),
      }),
    );
    expect(names(others)).toEqual(
      ['default', host('four'), host('three'), host('two'), host('x'), 'one'].toSorted(),
    );
    const isHost = (name: string) => others.find((other) => other.name === name)?.isHostNamespace;
    expect([isHost('default'), isHost('one'), isHost(host('x'))]).toEqual([false, false, true]);
  });
});

test('a host has what belongs to it, and nothing of the others', () => {
  const base = running({ a: 'irsa', b: 'pod-identity' });
  const leaving = pod('a', 'nothing', { deleting: true });
  const [a, b] = hostsOf({
    ...base,
    workloads: { ...base.workloads, pods: [...base.workloads.pods, leaving] },
    associations: [association('b')],
  });
  expect(a).toMatchObject({
    serviceAccount: { namespace: host('a') },
    deployments: [deployment('a')],
    pods: [pod('a', 'irsa')],
  });
  expect(a?.association).toBeUndefined();
  expect(b?.association).toEqual(association('b'));
});

function isHostNamespace(labels: object): boolean | undefined {
  const namespaces = [{ name: 'own', ...labels }];
  const associations = [association('a', { namespace: 'own' })];
  return hostsOf(world({ namespaces, associations }))[0]?.isHostNamespace;
}

test('a host that is labelled for a control plane is a host namespace, whatever its name', () => {
  expect([isHostNamespace({}), isHostNamespace({ controlPlaneName: 'ctp-z' })]).toEqual([false, true]);
});

test('what the role’s trust policy says of a host: named, admitted by a wildcard, or neither', () => {
  const { target } = placeOf(intent());
  const trusted = { target, serviceAccount: SERVICE_ACCOUNT };
  const trustPolicy = union(
    irsaTrust({ ...trusted, scope: 'exact', namespaces: [host('a')] }),
    podIdentityTrust({ ...trusted, scope: 'pattern', namespaces: [] }),
  );
  const parts = running({ a: 'irsa', b: 'irsa' });
  expect(hostsOf({ ...parts, role: role({ trustPolicy }) }).map((actual) => actual.trusted)).toEqual([
    { irsa: 'named', 'pod-identity': 'admitted' },
    { irsa: 'no', 'pod-identity': 'admitted' },
  ]);
  expect(hostsOf(parts)[0]?.trusted).toEqual({ irsa: 'no', 'pod-identity': 'no' });
  // A control plane without a namespace is trusted by no wildcard either.
  const late = hostsOf({ ...parts, controlPlanes: [unmapped('c')], role: role({ trustPolicy }) })[0];
  expect(late?.trusted).toEqual({ irsa: 'no', 'pod-identity': 'no' });
});

test('a host has the stores of AWS that select its control plane', () => {
  const base = running({ a: 'irsa', b: 'irsa' });
  const stores = [store(), store({ name: 'other', provider: 'other' })];
  expect(hostsOf({ ...base, stores }).map((actual) => actual.stores)).toEqual([[store()], []]);
});

test('with namespaces named outright the labels of the namespaces name the control planes of stores', () => {
  const own = { group: '', name: host('a'), namespace: host('a'), selected: true, deleting: false };
  const labels = { controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' };
  const [labelled] = hostsOf(
    world({
      controlPlanes: [own],
      namespaces: [{ name: host('a'), ...labels }, { name: 'default' }],
      stores: [store()],
    }),
  );
  expect(labelled).toMatchObject({
    inStores: { group: 'team-a', name: 'ctp-a' },
    stores: [store()],
    possibleStores: [],
  });
  const [bare] = hostsOf(
    world({ controlPlanes: [own], namespaces: [{ name: host('a') }], stores: [store()] }),
  );
  expect(bare).toMatchObject({ inStores: { group: '', name: '' }, stores: [], possibleStores: [store()] });
});

const outright = (namespace: string) =>
  hostsOf(
    world({
      controlPlanes: [controlPlane('x', { group: '', name: namespace, namespace })].map(
        ({ id: _id, ...rest }) => rest,
      ),
      namespaces: [{ name: namespace }],
    }),
  )[0]?.placeholders;

test('the ID of a namespace that is named outright is read from its name', () => {
  expect(outright(host('a'))).toEqual({ id: 'a', namespace: host('a') });
  expect(outright('own')).toEqual({ namespace: 'own' });
  // That of a control plane is its own, wherever it lives.
  const [elsewhere] = hostsOf(world({ controlPlanes: [controlPlane('a', { namespace: 'own' })] }));
  expect(elsewhere?.placeholders).toMatchObject({ id: 'a', namespace: 'own' });
});
