/** How helm and kubectl are unpacked and asked for their version. */
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Platform } from '../../../src/tools/install/platform.ts';
import { HELM, KUBECTL } from '../../../src/tools/install/tool.ts';

const linux: Platform = { os: 'linux', arch: 'amd64', suffix: '' };
const windows: Platform = { os: 'windows', arch: 'amd64', suffix: '.exe' };

test('download paths are those of get.helm.sh and dl.k8s.io', () => {
  expect(HELM.downloadPath('v4.3.1', linux)).toBe('/helm-v4.3.1-linux-amd64.tar.gz');
  expect(HELM.downloadPath('v4.3.1', windows)).toBe('/helm-v4.3.1-windows-amd64.zip');
  expect(KUBECTL.downloadPath('v1.35.4', linux)).toBe('/v1.35.4/bin/linux/amd64/kubectl');
  expect(KUBECTL.downloadPath('v1.35.4', windows)).toBe('/v1.35.4/bin/windows/amd64/kubectl.exe');
});

test('reads the version that the programs print', () => {
  expect(HELM.parseVersion('v4.3.1')).toBe('v4.3.1');
  expect(KUBECTL.parseVersion('{"clientVersion":{"gitVersion":"v1.35.4"}}')).toBe('v1.35.4');
  expect(KUBECTL.parseVersion('{"clientVersion":{}}')).toBe('');
  expect(KUBECTL.parseVersion('Client Version: v1.20')).toBe('');
});

test.each([
  [linux, 'fromTar', 'helm'],
  [windows, 'fromZip', 'helm.exe'],
] as const)('takes helm out of the archive of its platform', async (platform, method, program) => {
  const directory = await mkdtemp(join(tmpdir(), 'tool-'));
  const take = (name: string) => async (file: string, member: string, to: string) => {
    expect([name, file, member]).toEqual([method, 'archive', `${platform.os}-amd64/${program}`]);
    await writeFile(to, 'program');
  };
  const archives = { fromTar: take('fromTar'), fromZip: take('fromZip') };
  await HELM.unpack('archive', join(directory, 'out'), platform, archives);
  expect(await readFile(join(directory, 'out', program), 'utf8')).toBe('program');
  expect((await stat(join(directory, 'out', program))).mode & 0o777).toBe(0o700);
});

function none(): Promise<void> {
  return Promise.reject(new Error('not an archive'));
}

test('kubectl is the download itself', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tool-'));
  const file = join(directory, 'kubectl');
  await writeFile(file, 'program');
  await KUBECTL.unpack(file, join(directory, 'out'), linux, { fromTar: none, fromZip: none });
  expect((await stat(join(directory, 'out', 'kubectl'))).mode & 0o777).toBe(0o700);
  // The download is kept afterwards, and is on the disk once.
  expect(await readFile(file, 'utf8')).toBe('program');
  expect((await stat(file)).nlink).toBe(2);
});

test('kubectl is copied where a file can have no second name', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tool-'));
  const file = join(directory, 'kubectl');
  await writeFile(file, 'program');
  await mkdir(join(directory, 'out'));
  // A file that is there already is one reason why it can't have it.
  await writeFile(join(directory, 'out', 'kubectl'), 'older');
  await KUBECTL.unpack(file, join(directory, 'out'), linux, { fromTar: none, fromZip: none });
  expect(await readFile(join(directory, 'out', 'kubectl'), 'utf8')).toBe('program');
});
