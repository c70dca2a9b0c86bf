/** The upgrade of a Helm release, and how it may fail. */
import { readdir } from 'node:fs/promises';
import { afterEach, expect, jest, test } from '@jest/globals';
import { refused } from '../../tools/fakes.ts';
import { ANNOTATION, ARN, metadata, request, setup } from './setup.ts';

afterEach(() => {
  jest.useRealTimers();
});

const upgradeLine = (lines: readonly string[]) => lines.find((line) => line.startsWith('upgrade'));

test('one upgrade with pinned chart and kept values, then the record as proof', async () => {
  const { writer, lines, seen, directory, log } = await setup();
  await writer.upgrade(request());
  expect(lines().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'get metadata',
    'pull oci://xpkg.upbound.io/spaces-artifacts/spaces',
    `show chart`,
    'upgrade spaces',
    'get metadata',
  ]);
  expect(
    upgradeLine(lines())
      ?.replaceAll(directory, '')
      .replace(/(?<==5\.)\d+/, 'X'),
  ).toBe(
    'upgrade spaces /chart/spaces-1.17.1.tgz --reset-then-reuse-values --values=/values.json --wait=legacy --timeout=600s ' +
      '--history-max=10 --labels=spaces-workload-identity/upgrade=5.X --namespace=upbound-system --kubeconfig=/private/kubeconfig --kube-context=space-prod',
  );
  expect(seen.map((text) => JSON.parse(text) as unknown)).toEqual([
    {
      controlPlanes: {
        sharedSecrets: { serviceAccount: { customAnnotations: { [ANNOTATION[4] ?? '']: ARN } } },
      },
    },
  ]);
  expect(await readdir(directory)).not.toContain('values.json');
  expect(log.lines).toEqual(['Helm release spaces: revision 5 is deployed (chart 1.17.1)']);
});

test('Helm 3 has one way to wait', async () => {
  const { writer, lines } = await setup({}, { version: 'v3.18.6' });
  await writer.upgrade(request());
  expect(upgradeLine(lines())).toContain(' --wait --timeout');
});

test('never installs, forces, rolls back, skips hooks or drops values', async () => {
  const { writer, lines } = await setup();
  await writer.upgrade(request());
  for (const flag of [
    '--install',
    '-i ',
    '--force',
    '--atomic',
    '--rollback-on-failure',
    '--no-hooks',
    '--set',
    '--reuse-values',
    '--reset-values',
  ]) {
    expect(lines().join('\n')).not.toContain(` ${flag}`);
  }
  expect(lines().some((line) => /^(rollback|uninstall|install|delete)/.test(line))).toBe(false);
});

test('the version of the release is that of the deployed revision when the last one failed', async () => {
  const { writer, lines } = await setup({
    'get metadata spaces --output=json --namespace': [
      metadata({ status: 'failed', version: '9.9.9' }),
      metadata({ revision: 5 }),
    ],
    'get metadata spaces --output=json --revision=3': metadata({ revision: 3 }),
    history: '[{"revision":3,"status":"deployed"},{"revision":4,"status":"failed"}]',
  });
  await writer.upgrade(request());
  expect(upgradeLine(lines())).toBeDefined();
});

test('a deployed record that vanished is taken from the last', async () => {
  const { writer } = await setup({
    'get metadata spaces --output=json --namespace': [
      metadata({ status: 'failed' }),
      metadata({ revision: 5 }),
    ],
    'get metadata spaces --output=json --revision=3': refused('Error: release: not found'),
    history: '[{"revision":3,"status":"deployed"}]',
  });
  await expect(writer.upgrade(request())).resolves.toBeUndefined();
});

test('another version than the plan was made for: nothing is written', async () => {
  const { writer, lines } = await setup({ 'get metadata': metadata({ version: '1.18.0' }) });
  await expect(writer.upgrade(request())).rejects.toMatchObject({ reason: 'plan-changed' });
  expect(lines()).toHaveLength(1);
});

test.each([refused('Error: release: not found'), metadata({ status: 'uninstalled' })])(
  'a release that is gone is not founded anew',
  async (answer) => {
    const { writer, lines } = await setup({ 'get metadata': answer });
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'not-a-space',
      details: { next: expect.stringContaining('never installs') },
    });
    expect(upgradeLine(lines())).toBeUndefined();
  },
);

test('waits for another operation, a line each time', async () => {
  const pending = metadata({ status: 'pending-upgrade' });
  const { writer, clock, log, lines } = await setup({
    'get metadata': [
      pending,
      metadata({ status: 'uninstalling' }),
      metadata({ revision: 5 }),
      metadata({ revision: 6 }),
    ],
  });
  await writer.upgrade(request());
  expect(clock.slept).toEqual([10_000, 10_000]);
  expect(log.lines[0]).toBe(
    'Helm release spaces is pending-upgrade: waiting for the other operation (at most 600 s)',
  );
  expect(upgradeLine(lines())).toBeDefined();
});

test.each([
  [
    '[{"revision":2,"status":"superseded"},{"revision":3,"status":"deployed"},{"revision":4,"status":"pending-upgrade"}]',
    'helm rollback spaces 3 --namespace upbound-system',
  ],
  [
    '[{"revision":2,"status":"superseded"},{"revision":4,"status":"pending-rollback"}]',
    'helm rollback spaces 2 --namespace upbound-system',
  ],
  ['[{"revision":4,"status":"pending-install"}]', 'helm uninstall spaces --namespace upbound-system'],
])('a release that stays pending is left alone, with the command that frees it', async (history, command) => {
  const { writer, clock, lines } = await setup({
    'get metadata': metadata({ status: 'pending-upgrade' }),
    history,
  });
  await expect(writer.upgrade(request({}, { timeoutSeconds: 30 }))).rejects.toMatchObject({
    reason: 'release-busy',
    details: { said: expect.stringContaining('pending-upgrade'), next: expect.stringContaining(command) },
  });
  expect(clock.slept).toEqual([10_000, 10_000, 10_000]);
  expect(new Set(lines().map((line) => line.split(' ')[0]))).toEqual(new Set(['get', 'history']));
});

test.each(['another operation (install/upgrade/rollback) is in progress', 'release: already exists'])(
  'an operation that began meanwhile is a busy release too: %s',
  async (said) => {
    const { writer } = await setup({
      upgrade: refused(`Error: UPGRADE FAILED: ${said}`),
      history: '[{"revision":4,"status":"deployed"}]',
    });
    await expect(writer.upgrade(request())).rejects.toMatchObject({
      reason: 'release-busy',
      details: { next: expect.stringContaining('helm rollback spaces 4') },
    });
  },
);

test.each([
  ['rollout-failed', 'Error: UPGRADE FAILED: pre-upgrade hooks failed: timed out waiting for the condition'],
  ['timed-out', 'Error: UPGRADE FAILED: context deadline exceeded'],
  ['timed-out', 'Error: UPGRADE FAILED: timed out waiting for the condition'],
  [
    'invalid-input',
    "Error: UPGRADE FAILED: values don't meet the specifications of the schema(s) in the following chart(s):\nspaces: x",
  ],
  ['not-a-space', 'Error: UPGRADE FAILED: "spaces" has no deployed releases'],
  [
    'rollout-failed',
    'Error: UPGRADE FAILED: conflict occurred while applying object: Apply failed with 1 conflict: conflict with "kubectl-edit"',
  ],
  [
    'access-denied',
    'Error: UPGRADE FAILED: jobs.batch "x" is forbidden: User "ci" cannot delete resource "jobs" in API group "batch" in the namespace "upbound-system"',
  ],
  [
    'cluster-access-denied',
    'Error: kubernetes cluster unreachable: the server has asked for the client to provide credentials',
  ],
  ['timed-out', 'Error: kubernetes cluster unreachable: dial tcp: connect: connection refused'],
  ['rollout-failed', 'Error: UPGRADE FAILED: no matches for kind "X" in version "v1"'],
  ['rollout-failed', 'Error: UPGRADE FAILED: something else'],
])('%s: %s', async (reason, stderr) => {
  const { writer, directory } = await setup({ upgrade: refused(stderr) });
  await expect(writer.upgrade(request())).rejects.toMatchObject({
    reason,
    details: { tried: 'upgrade Helm release upbound-system/spaces' },
  });
  expect(await readdir(directory)).not.toContain('values.json');
});

test.each([
  [metadata({ revision: 5, status: 'failed' }), 'revision 5, failed'],
  [metadata({ revision: 4 }), 'revision 4, deployed'],
  [refused('Error: release: not found'), 'no release'],
])('a good exit code is not enough: %#', async (after, said) => {
  const { writer } = await setup({ 'get metadata': [metadata(), after] });
  await expect(writer.upgrade(request())).rejects.toMatchObject({
    reason: 'rollout-failed',
    details: { said: expect.stringContaining(said) },
  });
});

test('the upgrade alone is interrupted and not ended at once: helm has to mark the revision as failed', async () => {
  const { writer, requests } = await setup();
  await writer.upgrade(request());
  const interrupted = requests.filter(({ interrupt }) => interrupt !== undefined);
  expect(interrupted.map(({ args }) => args[0])).toEqual(['upgrade']);
  expect(interrupted[0]?.interrupt?.next).toContain('See `helm status spaces --namespace upbound-system`');
});

test('it has the time for hooks and for the wait, and some to spare; then it is said what to look at', async () => {
  const { writer, requests } = await setup();
  await writer.upgrade(request({}, { timeoutSeconds: 90 }));
  expect(requests.find(({ args }) => args[0] === 'upgrade')).toMatchObject({
    tried: 'upgrade Helm release upbound-system/spaces',
    limit: { ms: 240_000, reason: 'timed-out', next: expect.stringContaining('helm status spaces') },
  });
});

test('a long upgrade says each half minute that it still runs', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date'] });
  const { writer, clock, log } = await setup({
    upgrade: () => {
      clock.advance(30_000);
      jest.advanceTimersByTime(30_000);
      clock.advance(30_000);
      jest.advanceTimersByTime(30_000);
      return '';
    },
  });
  await writer.upgrade(request());
  expect(log.lines.slice(0, 2)).toEqual([
    'helm upgrade spaces: 30 s so far, at most 600 s for the wait',
    'helm upgrade spaces: 60 s so far, at most 600 s for the wait',
  ]);
});
