/** Tools of the runner, found on the PATH. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { installTools } from '../../../src/tools/install/both-tools.ts';
import { installHelm, installKubectl } from '../../../src/tools/install/install.ts';
import { digest, type Setup, startSetup } from './setup.ts';

let setup: Setup;
let site: Setup['site'];
let directory: string;
let log: Setup['log'];

beforeEach(async () => {
  setup = await startSetup();
  ({ site, directory, log } = setup);
});
afterEach(() => site.close());

const context: Setup['context'] = (overrides) => setup.context(overrides);
const auto: Setup['auto'] = () => setup.auto();

test('path: takes the copy of the runner, and never downloads', async () => {
  const program = join(directory, 'kubectl');
  await writeFile(program, 'the copy of the runner');
  const which = (name: string) => Promise.resolve(name === 'kubectl' ? program : '');
  const setting = context({ which });
  const request = { ...auto(), version: 'path' };
  expect(await installKubectl(request, setting)).toEqual({ path: program, version: 'v1.35.4' });
  await expect(installHelm(request, setting)).rejects.toMatchObject({
    details: { tried: 'find helm on the PATH', said: 'there is none' },
  });
  expect(site.requests).toEqual([]);
});

test('path: a pinned digest is that of the program; the skew is checked', async () => {
  const program = join(directory, 'kubectl');
  await writeFile(program, 'the copy of the runner');
  const which = () => Promise.resolve(program);
  const pinned = { ...auto(), version: 'path', sha256: digest('the copy of the runner') };
  await installKubectl(pinned, context({ which, serverVersion: '1.31' }));
  expect(log.warnings).toEqual([expect.stringContaining('more than one minor away')]);
  await expect(installKubectl({ ...pinned, sha256: digest('x') }, context({ which }))).rejects.toMatchObject({
    details: { tried: `verify ${program}` },
  });
});

test('path: looks along the PATH by itself', async () => {
  const before = process.env['PATH'];
  const program = join(directory, 'helm');
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
  process.env['PATH'] = directory;
  try {
    await expect(installHelm({ ...auto(), version: 'path' }, context())).resolves.toMatchObject({
      path: program,
    });
  } finally {
    process.env['PATH'] = before;
  }
});

test('path: on any platform, also one that there are no downloads for', async () => {
  const which = (name: string) => Promise.resolve(join(directory, name));
  const setting = context({ which, system: 'linux', architecture: 'riscv64' });
  const request = { ...auto(), version: 'path' };
  const { helm, kubectl } = await installTools({ helm: request, kubectl: request }, setting);
  expect(kubectl.path).toBe(join(directory, 'kubectl'));
  expect((await helm).path).toBe(join(directory, 'helm'));
});

test('a platform that is not served is refused by name', async () => {
  await expect(installHelm(auto(), context({ system: 'aix' }))).rejects.toMatchObject({
    reason: 'tool-unavailable',
  });
});
