/** What is read of a Helm release. */
import { describe, expect, test } from '@jest/globals';
import { claimFor } from '../../../src/cluster/helm/claim.ts';
import { releaseIntent } from '../../support/factories.ts';
import { START } from '../../support/names.ts';
import { refused } from '../../tools/fakes.ts';
import { metadata, setup } from './setup.ts';

const HISTORY = JSON.stringify([
  { revision: 2, status: 'superseded' },
  { revision: 3, status: 'Deployed' },
  { revision: 4, status: 'failed' },
]);

test('a deployed release: two reads, its values and its chart', async () => {
  const { reader, lines, requests } = await setup();
  expect(await reader.release(releaseIntent())).toEqual({
    kind: 'found',
    release: {
      name: 'spaces',
      namespace: 'upbound-system',
      chart: 'spaces',
      version: '1.17.1',
      status: 'deployed',
      revision: 4,
      deployedRevision: 4,
      values: { a: 1 },
    },
  });
  const flags = '--namespace=upbound-system --kubeconfig=/private/kubeconfig --kube-context=space-prod';
  expect(lines()).toEqual([
    `get metadata spaces --output=json ${flags}`,
    `get values spaces --all --output=json --revision=4 ${flags}`,
  ]);
  expect(requests[0]?.env).not.toHaveProperty('HELM_NAMESPACE');
  expect(requests[0]?.env).not.toHaveProperty('AWS_SECRET_ACCESS_KEY');
});

const MORNING = '2026-01-01T08:00:00Z';
const at = (revision: number, deployedAt: string) => metadata({ revision, deployedAt });
const valuesRead = (lines: readonly string[]) => lines.filter((line) => line.startsWith('get values'));

describe('looked at once more', () => {
  test('a release that is as it was has the values that it had', async () => {
    const { reader, lines } = await setup({ 'get metadata': at(4, MORNING) });
    const first = await reader.release(releaseIntent());
    expect(await reader.release(releaseIntent())).toEqual(first);
    expect(valuesRead(lines())).toHaveLength(1);
  });

  test.each([
    ['was upgraded', [at(4, MORNING), at(5, '2026-01-01T08:01:00Z')]],
    ['was installed anew', [at(4, MORNING), at(4, '2026-01-01T08:01:00Z')]],
    ['does not tell when it was made', [metadata(), metadata()]],
  ])('one that %s is read whole', async (_what, answers) => {
    const values = [JSON.stringify({ a: 1 }), JSON.stringify({ a: 2 })];
    const { reader } = await setup({ 'get metadata': answers, 'get values': values });
    await reader.release(releaseIntent());
    expect(await reader.release(releaseIntent())).toMatchObject({ release: { values: { a: 2 } } });
  });
});

test('when the last revision failed, chart and values are those of the deployed one', async () => {
  const { reader, lines } = await setup({
    'get metadata spaces --output=json --namespace': metadata({ status: 'FAILED', version: '1.18.0' }),
    'get metadata spaces --output=json --revision=3': metadata({ revision: 3 }),
    history: HISTORY,
  });
  expect(await reader.release(releaseIntent())).toMatchObject({
    release: { status: 'failed', revision: 4, deployedRevision: 3, version: '1.17.1' },
  });
  expect(lines().at(-1)).toContain('get values spaces --all --output=json --revision=3');
});

test('when none was ever deployed, the last one is what Helm builds on', async () => {
  const { reader } = await setup({
    'get metadata': metadata({ status: 'failed' }),
    history: '[{"revision":"4","status":"failed"}]',
  });
  expect(await reader.release(releaseIntent())).toMatchObject({
    release: { revision: 4, deployedRevision: 4 },
  });
});

test('a deployed revision whose record is gone meanwhile: the last one must do', async () => {
  const { reader } = await setup({
    'get metadata spaces --output=json --namespace': metadata({ status: 'failed' }),
    'get metadata spaces --output=json --revision': refused('Error: release: not found'),
    history: HISTORY,
  });
  expect(await reader.release(releaseIntent())).toMatchObject({
    release: { deployedRevision: 3, version: '1.17.1' },
  });
});

const claim = (revision: number, untilMs: number) => {
  const [label = '', value = ''] = claimFor(revision, untilMs).split('=');
  return { labels: { [label]: value } };
};

const records = (untilMs: number, status: string) => ({
  'get metadata spaces --output=json --namespace': metadata({
    status: 'pending-upgrade',
    revision: 4,
    ...claim(4, untilMs),
  }),
  'get metadata spaces --output=json --revision=3': metadata({ revision: 3, status }),
  history: JSON.stringify([
    { revision: 2, status: 'superseded' },
    { revision: 3, status },
    { revision: 4, status: 'pending-upgrade' },
  ]),
});

describe('an upgrade of this action that has not ended', () => {
  test('and does not any more: what counts is the deployed revision', async () => {
    const { reader, lines } = await setup(records(0, 'deployed'));
    expect(await reader.release(releaseIntent())).toMatchObject({
      release: { revision: 4, deployedRevision: 3, begun: { untilMs: 0, isOver: true } },
    });
    expect(lines().at(-1)).toContain('--revision=3');
  });

  test('and was killed in its last moment, when no revision is deployed: what counts is the new one', async () => {
    const { reader } = await setup(records(0, 'superseded'));
    expect(await reader.release(releaseIntent())).toMatchObject({
      release: { revision: 4, deployedRevision: 4, begun: { isOver: true } },
    });
  });

  test.each([
    ['of this action', 4, { isOver: true }],
    ['of somebody else', 3, undefined],
  ])('and failed, %s', async (_whose, of, begun) => {
    const failed = metadata({ status: 'failed', revision: 4, ...claim(of, START + 60_000) });
    const key = 'get metadata spaces --output=json --namespace';
    const { reader } = await setup({ ...records(0, 'deployed'), [key]: failed });
    const view = await reader.release(releaseIntent());
    if (view.kind !== 'found') throw new Error('there is a release');
    expect(view.release).toMatchObject({ status: 'failed', deployedRevision: 3 });
    if (begun === undefined) expect(view.release.begun).toBeUndefined();
    else expect(view.release.begun).toMatchObject(begun);
  });

  test('and may still be at work: in its last moment no revision is deployed, and the new one counts', async () => {
    const untilMs = START + 60_000;
    const busy = await setup(records(untilMs, 'deployed'));
    expect(await busy.reader.release(releaseIntent())).toMatchObject({
      release: { revision: 4, deployedRevision: 3, begun: { untilMs, isOver: false } },
    });
    const last = await setup(records(untilMs, 'superseded'));
    expect(await last.reader.release(releaseIntent())).toMatchObject({
      release: { revision: 4, deployedRevision: 4, begun: { untilMs, isOver: false } },
    });
  });
});

test('no release is absent; one without values has none', async () => {
  const absent = await setup({ 'get metadata': refused('Error: release: not found\n') });
  expect(await absent.reader.release(releaseIntent())).toEqual({ kind: 'absent' });
  const empty = await setup({ 'get values': 'null\n' });
  expect(await empty.reader.release(releaseIntent())).toMatchObject({ release: { values: {} } });
});

const FORBIDDEN = refused(
  'Error: query: failed to query with labels: secrets is forbidden: User "ci" cannot list resource "secrets" in API group "" in the namespace "upbound-system"',
);

test.each(['get metadata', 'get values', 'history'])(
  'a job that may not read secrets (%s) is told so, and no more',
  async (call) => {
    const { reader } = await setup({
      'get metadata': metadata({ status: call === 'history' ? 'failed' : 'deployed' }),
      [call]: FORBIDDEN,
    });
    expect(await reader.release(releaseIntent())).toEqual({
      kind: 'unreadable',
      why: 'user "ci" may not list secrets in namespace upbound-system',
      next: expect.stringMatching(/`kubectl apply -f permissions\/rbac\/[\w-]+\.yaml`/),
    });
  },
);

test('an unreachable cluster is no absent release', async () => {
  const { reader } = await setup({
    'get metadata': refused('Error: kubernetes cluster unreachable: dial tcp: i/o timeout'),
  });
  await expect(reader.release(releaseIntent())).rejects.toMatchObject({ reason: 'timed-out' });
});

test('a busy API server is asked again', async () => {
  const busy = refused('Error: query: etcdserver: leader changed');
  const once = await setup({ 'get metadata': [busy, metadata()] });
  expect(await once.reader.release(releaseIntent())).toMatchObject({ kind: 'found' });
  const always = await setup({ 'get metadata': busy });
  await expect(always.reader.release(releaseIntent())).rejects.toMatchObject({ reason: 'throttled' });
  expect(always.clock.slept).toEqual([2_000, 5_000]);
  expect(always.log.lines).toEqual([
    'read Helm release upbound-system/spaces: the API server is busy; next attempt in 2 s',
    'read Helm release upbound-system/spaces: the API server is busy; next attempt in 5 s',
  ]);
});

test.each(['no JSON: hunter2', '{"a":'])(
  'values that are no JSON are not quoted: they may hold credentials',
  async (output) => {
    const { reader } = await setup({ 'get values': output });
    const failed = reader.release(releaseIntent());
    await expect(failed).rejects.toMatchObject({
      reason: 'internal',
      details: { said: 'its output is not JSON' },
    });
    await expect(failed).rejects.not.toThrow('hunter2');
  },
);

test('a record of another shape is a defect that says where', async () => {
  const { reader } = await setup({ 'get metadata': '{"chart":"x"}' });
  await expect(reader.release(releaseIntent())).rejects.toMatchObject({
    reason: 'internal',
    details: { said: expect.stringContaining('version') },
  });
});

test('neither values nor anything else of the release reaches the log', async () => {
  const { reader, log } = await setup({ 'get values': '{"password":"hunter2"}' });
  await reader.release(releaseIntent());
  expect([...log.lines, ...log.warnings]).toEqual([]);
});
