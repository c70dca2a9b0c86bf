/** What is read of a Space from the output of kubectl. */
import { expect, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { line } from './setup.ts';
import { FORBIDDEN, NO_SUCH, setup } from './space-setup.ts';

const READY = [{ type: 'Ready', status: 'True', reason: 'Available', message: 'a\tb' }];

test('reads control planes with their conditions, and namespaces with their labels', async () => {
  const { read } = setup({
    planes:
      line('team-a', 'ctp-1', '', 'id-1', '', READY, { tier: 'one' }) +
      line('team-b', 'ctp-2', '2026-11-24T10:00:00Z', '', 'custom', '', '') +
      line('team-b', 'ctp-3', '', '', '', [{ type: 'Ready', status: 'False' }], ''),
    namespaces: line('mxp-id-1-system', '', 'team-a', 'ctp-1') + line('default', '', '', ''),
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
  ]);
  expect(facts.stores).toEqual([]);
  expect(facts.agentDaemonSet).toBeUndefined();
});

function planes(count: number): string {
  return Array.from({ length: count }, (_, n) => line('team', `ctp-${n}`, '', `id-${n}`, '', READY, '')).join(
    '',
  );
}

test('the number of processes is the same for one control plane and for a thousand', async () => {
  for (const count of [1, 1000]) {
    const { read, requests } = setup({ planes: planes(count) });
    expect((await read()).controlPlanes).toHaveLength(count);
    // Six, and one that makes sure that there is no Flux.
    expect(requests).toHaveLength(7);
  }
});

test('only reads, in lean rows: never whole objects', async () => {
  const { read, requests } = setup({ releases: '' });
  await read({ selector: 'a=b' });
  expect(requests.map(({ args }) => args[0])).toEqual(Array.from({ length: 7 }, () => 'get'));
  for (const { args } of requests) expect(args.find((arg) => arg.startsWith('jsonpath='))).toBeDefined();
});

test('the API server evaluates the selector, among all control planes', async () => {
  const two = line('g', 'one', '', 'a', '', '', '') + line('g', 'two', '', 'b', '', '', '');
  const { read, lines } = setup({ planes: two, selected: line('g', 'two') });
  const { controlPlanes } = await read({ selector: 'stage in (prod)' });
  expect(controlPlanes.map(({ matchesSelector }) => matchesSelector)).toEqual([false, true]);
  expect(lines().filter((args) => args.includes('--selector=stage in (prod)'))).toHaveLength(1);
});

test('a selector that can not be parsed is the fault of the input', async () => {
  const selected = refused(
    'Error from server (BadRequest): Unable to find "x": unable to parse requirement: found "("',
  );
  await expect(setup({ selected }).read({ selector: 'a=(b' })).rejects.toMatchObject({
    reason: 'invalid-input',
    details: { tried: 'list the control planes that match "a=(b"' },
  });
  await expect(setup({ selected: FORBIDDEN }).read({ selector: 'a=b' })).rejects.toMatchObject({
    reason: 'access-denied',
  });
});

test('control planes are not asked for when namespaces were named', async () => {
  const { read, lines } = setup({ namespaces: line('custom', '', '', '') });
  const facts = await read({ controlPlanes: false, selector: 'a=b' });
  expect(facts.controlPlanes).toEqual([]);
  expect(lines().filter((args) => args.includes('controlplanes.spaces'))).toEqual([]);
});

test('a cluster without the controller or without control planes is no Space', async () => {
  await expect(setup({ guard: '' }).read()).rejects.toMatchObject({
    reason: 'not-a-space',
    details: { said: 'there is no Deployment spaces-controller in namespace upbound-system' },
  });
  await expect(setup({ planes: NO_SUCH }).read()).rejects.toMatchObject({ reason: 'not-a-space' });
});

function denied(what: string) {
  return refused(
    `Error from server (Forbidden): ${what} is forbidden: User "ci" cannot list resource "${what}" in API group "" at the cluster scope`,
  );
}

test('refusals are told at once; a busy store list is not taken for an empty one', async () => {
  const two = setup({ namespaces: denied('namespaces'), stores: denied('sharedsecretstores') });
  await expect(two.read()).rejects.toMatchObject({
    reason: 'access-denied',
    details: {
      said: 'user "ci" may not list namespaces in all namespaces; user "ci" may not list sharedsecretstores in all namespaces',
    },
  });
  await expect(setup({ stores: refused('Too Many Requests') }).read()).rejects.toMatchObject({
    reason: 'throttled',
  });
});

test('the agent that was installed as a DaemonSet, also one that has no status yet', async () => {
  expect((await setup({ agent: line('eks-pod-identity-agent', 2, 1) }).read()).agentDaemonSet).toEqual({
    desired: 2,
    ready: 1,
  });
  expect((await setup({ agent: line('eks-pod-identity-agent', '', '') }).read()).agentDaemonSet).toEqual({
    desired: 0,
    ready: 0,
  });
});

test('an output of another shape is a defect that says so', async () => {
  await expect(setup({ namespaces: 'just a name\n' }).read()).rejects.toMatchObject({
    reason: 'internal',
    details: { said: 'a line has 1 field instead of 4' },
  });
});
