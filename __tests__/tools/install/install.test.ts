/** Tools from the cache and from a download site. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createExec, type Exec } from '../../../src/tools/exec.ts';
import { installTools } from '../../../src/tools/install/both-tools.ts';
import { installHelm, installKubectl } from '../../../src/tools/install/install.ts';
import { fakeExec } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { serve } from './http.ts';
import { digest, HELM_PATH, KUBECTL_PATH, type Setup, startSetup, toolkit } from './setup.ts';

let setup: Setup;
let files: Setup['files'];
let site: Setup['site'];
let directory: string;
let log: Setup['log'];
let says: Setup['says'];

beforeEach(async () => {
  setup = await startSetup();
  ({ files, site, directory, log, says } = setup);
});
afterEach(() => site.close());

const context: Setup['context'] = (overrides) => setup.context(overrides);
const auto: Setup['auto'] = () => setup.auto();

test('installs both for the cluster, verified, and keeps them in the tool cache', async () => {
  const setting = context();
  const { helm: awaited, kubectl } = await installTools({ helm: auto(), kubectl: auto() }, setting);
  const helm = await awaited;
  expect(helm.version).toBe('v4.3.1');
  expect(kubectl.version).toBe('v1.35.4');
  expect(await readFile(kubectl.path, 'utf8')).toBe('the kubectl');
  expect(await readFile(helm.path, 'utf8')).toBe('the archive');
  expect(setting.asked().toSorted()).toEqual([helm.path, kubectl.path]);

  const before = site.requests.length;
  const again = await installTools({ helm: auto(), kubectl: auto() }, setting);
  expect(await readFile(again.kubectl.path, 'utf8')).toBe('the kubectl');
  await again.helm;
  expect(site.requests.slice(before).toSorted()).toEqual([
    `${HELM_PATH}.sha256sum`,
    '/stable-1.35.txt',
    `${KUBECTL_PATH}.sha256`,
  ]);
  expect(log.lines).toContain('helm v4.3.1 from the tool cache');
});

test('works with the toolkit of the runner and a genuine archive', async () => {
  const source = await mkdtemp(join(tmpdir(), 'archive-'));
  await mkdir(join(source, 'linux-amd64'));
  await writeFile(join(source, 'linux-amd64', 'helm'), '#!/bin/sh\necho v4.3.1\n');
  const archive = execFileSync('tar', ['-cz', '-C', source, 'linux-amd64']);
  files.set(HELM_PATH, archive);
  files.set(`${HELM_PATH}.sha256sum`, digest(archive));
  process.env['RUNNER_TOOL_CACHE'] = join(directory, 'tool-cache');
  process.env['RUNNER_TEMP'] = join(directory, 'temp');
  const { toolkit: _own, ...rest } = context();
  const run = createExec(rest.signal);
  // Unpacking is done for real.
  const exec: Exec = async (request) =>
    await (request.args.includes('-x') ? run(request) : rest.exec(request));
  const setting = { ...rest, exec, env: { PATH: process.env['PATH'] ?? '' } };
  const helm = await installHelm(auto(), setting);
  expect(execFileSync(helm.path, { encoding: 'utf8' })).toBe('v4.3.1\n');
  const again = await installHelm(auto(), setting);
  expect(execFileSync(again.path, { encoding: 'utf8' })).toBe('v4.3.1\n');
  expect(site.requests.filter((path) => path === HELM_PATH)).toHaveLength(1);
});

test('a runner without a tool cache uses the verified download', async () => {
  const none = {
    ...toolkit(directory),
    find: () => {
      throw new Error('RUNNER_TOOL_CACHE');
    },
    cacheDir: () => Promise.reject(new Error('EACCES')),
  };
  const { path } = await installKubectl(auto(), context({ toolkit: none }));
  expect(await readFile(path, 'utf8')).toBe('the kubectl');
});

test('a download that differs from its checksum file is refused and deleted', async () => {
  files.set(`${KUBECTL_PATH}.sha256`, digest('another'));
  const setting = context();
  await expect(installKubectl(auto(), setting)).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { tried: `verify ${site.url}${KUBECTL_PATH}`, said: expect.stringContaining(digest('another')) },
  });
  expect(setting.asked()).toEqual([]);
  expect(await readdir(join(directory, 'downloads'))).toEqual([]);
  expect(site.requests.filter((path) => path === KUBECTL_PATH)).toHaveLength(1);
});

test.each([
  [undefined, '404'],
  ['not a digest', 'no SHA-256'],
])('a mirror without a good checksum file is refused', async (text, said) => {
  files.delete(`${KUBECTL_PATH}.sha256`);
  if (text !== undefined) files.set(`${KUBECTL_PATH}.sha256`, text);
  await expect(installKubectl(auto(), context())).rejects.toMatchObject({
    details: { said: expect.stringContaining(said) },
  });
});

test('a pinned digest is compared besides the checksum file, upper case too', async () => {
  const pinned = { ...auto(), sha256: digest('the kubectl').toUpperCase() };
  await expect(installKubectl(pinned, context())).resolves.toMatchObject({ version: 'v1.35.4' });
  await expect(installKubectl({ ...auto(), sha256: digest('pinned') }, context())).rejects.toMatchObject({
    details: { said: expect.stringContaining('the pinned digest is') },
  });
});

test('a program that says another version is refused', async () => {
  says['kubectl'] = 'v1.34.0';
  await expect(installKubectl(auto(), context())).rejects.toMatchObject({
    details: { said: 'the program says it is v1.34.0' },
  });
});

test.each([
  ['exec format error', { code: 126, stderr: 'exec format error\n' }],
  ['it ended with code 0 and told no version', { stdout: '' }],
])('a program that does not run is refused: %s', async (said, result) => {
  const { exec } = fakeExec(() => result);
  await expect(installHelm(auto(), context({ exec }))).rejects.toMatchObject({ details: { said } });
});

test('an exact version is taken as it is, or not at all', async () => {
  await expect(installHelm({ ...auto(), version: '4.3.1' }, context())).resolves.toMatchObject({
    version: 'v4.3.1',
  });
  await expect(installHelm({ ...auto(), version: 'v4.3.0' }, context())).rejects.toMatchObject({
    details: { tried: 'download helm v4.3.0', said: expect.stringContaining('does not have it') },
  });
  await expect(installHelm({ ...auto(), version: '4' }, context())).rejects.toMatchObject({
    reason: 'invalid-input',
  });
});

test('a version that can not work is refused before any download', async () => {
  for (const version of ['v4.2.1', 'v3.12.0']) {
    await expect(installHelm({ ...auto(), version }, context())).rejects.toMatchObject({
      reason: 'tool-unavailable',
    });
  }
  expect(site.requests).toEqual([]);
});

test('a version outside of the skew is used with a warning', async () => {
  await installHelm({ ...auto(), version: 'v4.3.1' }, context({ serverVersion: '1.31' }));
  expect(log.warnings).toEqual([expect.stringContaining('made for Kubernetes 1.34 to 1.37')]);
});

test('a cluster newer than the table: announced kubectl, newest helm, a warning', async () => {
  files.set('/stable-1.38.txt', 'v1.38.0');
  files.set('/v1.38.0/bin/linux/amd64/kubectl', 'newer');
  files.set('/v1.38.0/bin/linux/amd64/kubectl.sha256', digest('newer'));
  says['kubectl'] = 'v1.38.0';
  const tools = await installTools({ helm: auto(), kubectl: auto() }, context({ serverVersion: '1.38' }));
  expect(tools.kubectl.version).toBe('v1.38.0');
  expect(log.warnings).toContainEqual(expect.stringContaining('outside of 1.30 to 1.37'));
  files.delete('/stable-1.38.txt');
  await expect(installKubectl(auto(), context({ serverVersion: '1.38' }))).rejects.toMatchObject({
    details: { next: 'Set `kubectl-version` to an exact version.' },
  });
});

test.each([
  ['nothing is announced', () => files.delete('/stable-1.35.txt'), "stable-1.35.txt can't be read"],
  [
    'the announced one is not out yet',
    () => files.set('/stable-1.35.txt', 'v1.35.9'),
    'v1.35.9 is announced but not there',
  ],
])('takes a known kubectl and says so when %s', async (_case, change, warning) => {
  change();
  await expect(installKubectl(auto(), context())).resolves.toMatchObject({ version: 'v1.35.4' });
  expect(log.warnings).toEqual([expect.stringContaining(warning)]);
});

test('a site that refuses is no reason to give up the known kubectl; a cancelled job is', async () => {
  site.close();
  const refusing = await serve((path, _request, response) => {
    const body = path.startsWith('/stable') ? undefined : files.get(path);
    response.writeHead(body === undefined ? 403 : 200).end(body);
  });
  await expect(installKubectl({ ...auto(), downloadUrl: refusing.url }, context())).resolves.toMatchObject(
    {},
  );
  refusing.close();
  const cancelled = Object.assign(new Error('cancelled'), { reason: 'cancelled' });
  const clock = { ...fakeClock(), sleep: () => Promise.reject(cancelled) };
  await expect(installKubectl({ ...auto(), downloadUrl: refusing.url }, context({ clock }))).rejects.toBe(
    cancelled,
  );
});

test('an announced version of another minor is not taken', async () => {
  files.set('/stable-1.35.txt', 'v1.20.0');
  await expect(installKubectl(auto(), context())).resolves.toMatchObject({ version: 'v1.35.4' });
  expect(log.warnings).toEqual([expect.stringContaining("stable-1.35.txt can't be read")]);
});
