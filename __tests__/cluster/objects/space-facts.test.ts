/** What is read of a Space. */
import { expect, test } from '@jest/globals';
import { BUSY, denied, NO_SUCH_PATH, queryOf, said } from '../api/fake-api.ts';
import { ABSENT, KINDS, named, setup } from './space-setup.ts';

const READY = [{ type: 'Ready', status: 'True', reason: 'Available', message: 'a\tb' }];
const GROUP_LABEL = 'internal.spaces.upbound.io/controlplane-namespace';
const NAME_LABEL = 'internal.spaces.upbound.io/controlplane-name';

test('reads control planes with their conditions, and namespaces with their labels', async () => {
  const first = named('team-a', 'ctp-1', { labels: { tier: 'one' } });
  const second = named('team-b', 'ctp-2', { deletionTimestamp: '2026-11-24T10:00:00Z' });
  const { read, asked } = setup({
    planes: [
      { ...first, status: { controlPlaneID: 'id-1', conditions: READY } },
      { ...second, spec: { hostNamespace: { name: 'custom' } } },
      { ...named('team-b', 'ctp-3'), status: { conditions: [{ type: 'Ready', status: 'False' }] } },
    ],
    namespaces: [
      named('', 'mxp-id-1-system', { labels: { [GROUP_LABEL]: 'team-a', [NAME_LABEL]: 'ctp-1' } }),
      named('', 'default'),
      named('', 'on-its-way', { deletionTimestamp: '2026-11-24T10:00:00Z' }),
    ],
  });
  const facts = await read();
  expect(facts.controlPlanes).toEqual([
    {
      group: 'team-a',
      name: 'ctp-1',
      id: 'id-1',
      deleting: false,
      labels: { tier: 'one' },
      matchesSelector: true,
      conditions: { Ready: { status: 'True', reason: 'Available' } },
    },
    {
      group: 'team-b',
      name: 'ctp-2',
      hostNamespace: 'custom',
      deleting: true,
      matchesSelector: true,
      conditions: {},
    },
    {
      group: 'team-b',
      name: 'ctp-3',
      deleting: false,
      matchesSelector: true,
      conditions: { Ready: { status: 'False', reason: '' } },
    },
  ]);
  expect(facts.namespaces).toEqual([
    { name: 'mxp-id-1-system', controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-1' },
    { name: 'default' },
    { name: 'on-its-way', terminating: true },
  ]);
  expect(facts.stores).toEqual([]);
  expect(facts.agentDaemonSet).toBeUndefined();
  expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
});

test('what Spaces writes in a shape of its own is passed over', async () => {
  const planes = [{ ...named('g', 'one'), spec: 'odd', status: { conditions: 'odd' } }];
  const more = { ...named('g', 'two'), spec: { hostNamespace: {} }, status: 'odd' };
  const { controlPlanes } = await setup({ planes: [...planes, more] }).read();
  const bare = { group: 'g', deleting: false, matchesSelector: true, conditions: {} };
  expect(controlPlanes).toEqual([
    { name: 'one', ...bare },
    { name: 'two', ...bare },
  ]);
});

test('the API server evaluates the selector, among all control planes', async () => {
  const two = [named('g', 'one'), named('g', 'two')];
  const { read, asked } = setup({ planes: two, selected: [named('g', 'two')] });
  const { controlPlanes } = await read({ selector: 'stage in (prod)' });
  expect(controlPlanes.map(({ name, matchesSelector }) => [name, matchesSelector])).toEqual([
    ['one', false],
    ['two', true],
  ]);
  const selectors = asked.map((request) => queryOf(request)['labelSelector']);
  expect(selectors.filter((selector) => selector !== undefined)).toEqual(['stage in (prod)']);
});

test('a selector that can not be parsed is the fault of the input', async () => {
  const selected = said(400, 'BadRequest', 'unable to parse requirement: found "("');
  await expect(setup({ selected }).read({ selector: 'a=(b' })).rejects.toMatchObject({
    reason: 'invalid-input',
    details: { tried: 'list the control planes that match "a=(b"' },
  });
  const refused = setup({ selected: denied('controlplanes', 'spaces.upbound.io') });
  await expect(refused.read({ selector: 'a=b' })).rejects.toMatchObject({ reason: 'access-denied' });
});

test('control planes are not asked for when namespaces were named', async () => {
  const { read, paths } = setup({ namespaces: [named('', 'custom')] });
  expect((await read({ controlPlanes: false, selector: 'a=b' })).controlPlanes).toEqual([]);
  expect(paths().filter((path) => path.endsWith('/controlplanes'))).toEqual([]);
});

const SPACES_GONE = { kinds: {} };

test.each([
  [
    'without anything of a Space',
    { ...SPACES_GONE, deployment: ABSENT },
    'there is no Deployment spaces-controller in namespace upbound-system, and the cluster has no resources controlplanes.spaces.upbound.io',
    'install the Space before this step',
  ],
  [
    'with its controller, and without its CRDs',
    SPACES_GONE,
    'Deployment spaces-controller is in namespace upbound-system, but the cluster has no resources controlplanes.spaces.upbound.io',
    '`helm status spaces --namespace upbound-system`',
  ],
  [
    'with its CRDs, and without its controller in the namespace',
    { deployment: ABSENT },
    'there is no Deployment spaces-controller in namespace upbound-system',
    '--field-selector metadata.name=spaces-controller` shows it',
  ],
])('a cluster %s is no Space, and is told what is missing', async (_what, answers, found, advice) => {
  await expect(setup(answers).read()).rejects.toMatchObject({
    reason: 'not-a-space',
    details: { tried: 'look for the Space', said: found, next: expect.stringContaining(advice) },
  });
});

test('an API server without Deployments, such as a control plane’s own, is no Space', async () => {
  await expect(setup({ deployment: NO_SUCH_PATH }).read()).rejects.toMatchObject({ reason: 'not-a-space' });
});

test('where namespaces are named, a Space without a controller is told by that alone', async () => {
  await expect(setup({ deployment: ABSENT }).read({ controlPlanes: false })).rejects.toMatchObject({
    reason: 'not-a-space',
    details: { next: expect.stringContaining('Set `helm-namespace`') },
  });
});

test('refusals are told at once; a busy store list is not taken for an empty one', async () => {
  const stores = denied('sharedsecretstores', 'spaces.upbound.io');
  await expect(setup({ namespaces: denied('namespaces'), stores }).read()).rejects.toMatchObject({
    reason: 'access-denied',
    details: {
      said: 'user "ci" may not list namespaces in all namespaces; user "ci" may not list sharedsecretstores.spaces.upbound.io in all namespaces',
    },
  });
  await expect(setup({ stores: BUSY }).read()).rejects.toMatchObject({ reason: 'throttled' });
});

test('the agent that was installed as a DaemonSet, also one that has no status yet', async () => {
  const status = { desiredNumberScheduled: 2, numberReady: 1 };
  expect((await setup({ agent: { status } }).read()).agentDaemonSet).toEqual({ desired: 2, ready: 1 });
  const { reader } = setup({ agent: {} });
  expect(await reader.agentDaemonSet()).toEqual({ desired: 0, ready: 0 });
});

test('of nodes and accounts nothing but the metadata', async () => {
  const { read, asked } = setup();
  await read();
  const whole = asked.filter(({ accept, path }) => accept === undefined && path.startsWith('/api/v1/'));
  expect(whole).toEqual([]);
});

test('a version of Spaces without secrets, and without stores', async () => {
  const kinds = { ...KINDS, 'spaces.upbound.io/v1alpha1': ['sharedsecretstores'] };
  const { read, reader } = setup({ kinds, stores: [{ ...named('g', 's'), spec: {} }] });
  expect((await read()).stores).toHaveLength(1);
  expect(await reader.sharedSecrets()).toEqual({
    kind: 'unreadable',
    why: 'the Space has no SharedExternalSecrets',
  });
  const none = await setup({ kinds: { 'spaces.upbound.io/v1beta1': ['controlplanes'] } }).read();
  expect(none.stores).toEqual([]);
});
