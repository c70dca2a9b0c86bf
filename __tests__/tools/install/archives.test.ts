/** Unpacking is a program like every other: bounded, ended with the job, found where nobody else has put it. */
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { createExec } from '../../../src/tools/exec.ts';
import { createArchives } from '../../../src/tools/install/archives.ts';
import { fakeExec } from '../fakes.ts';

const env = { PATH: process.env['PATH'] ?? '' };
const temporary = async () => await mkdtemp(join(tmpdir(), 'archives-'));
const tar = execFileSync('which', ['tar'], { encoding: 'utf8' }).trim();

function archivesBy(file: string, signal = new AbortController().signal) {
  const which = async () => await Promise.resolve(file);
  return createArchives({ exec: createExec(signal), env, system: 'linux', which });
}

test('a genuine archive is unpacked into a directory that is made for it', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'program'), 'text');
  execFileSync('tar', ['-czf', join(directory, 'a.tgz'), '-C', directory, 'program']);
  const into = join(directory, 'new', 'out');
  expect(await archivesBy(tar).extractTar(join(directory, 'a.tgz'), into)).toBe(into);
  expect(await readFile(join(into, 'program'), 'utf8')).toBe('text');
});

test('what is no archive fails, in the words of tar', async () => {
  const directory = await temporary();
  await writeFile(join(directory, 'a.tgz'), 'no archive');
  await expect(archivesBy(tar).extractTar(join(directory, 'a.tgz'), directory)).rejects.toMatchObject({
    reason: 'tool-unavailable',
    message: expect.stringContaining('tar: '),
  });
});

test('a tar that hangs ends with the job', async () => {
  const directory = await temporary();
  const hanging = join(directory, 'tar');
  await writeFile(hanging, `#!/bin/sh\necho begun > ${directory}/begun\nexec sleep 600\n`);
  await chmod(hanging, 0o755);
  const job = new AbortController();
  const unpacking = archivesBy(hanging, job.signal).extractTar('a', directory);
  const isBegun = async (): Promise<boolean> =>
    await readFile(join(directory, 'begun')).then(
      () => true,
      () => false,
    );
  while (!(await isBegun())) await new Promise((resolve) => setTimeout(resolve, 10));
  job.abort();
  await expect(unpacking).rejects.toMatchObject({ reason: 'cancelled' });
});

test.each([
  ['extractTar', ['-x', '-z', '-f', 'a', '-C']],
  ['extractZip', ['-x', '-f', 'a', '-C']],
] as const)('%s on Windows takes the tar of the system, with a time limit', async (method, args) => {
  const directory = await temporary();
  const system = { system: 'win32', which: async () => await Promise.reject(new Error('never asked')) };
  for (const [variables, root] of [
    [{ SystemRoot: String.raw`D:\Win` }, String.raw`D:\Win`],
    [{}, String.raw`C:\Windows`],
  ] as const) {
    const { exec, requests } = fakeExec(() => '');
    await createArchives({ exec, env: variables, ...system })[method]('a', directory);
    expect(requests).toMatchObject([
      { file: `${root}\\System32\\tar.exe`, args: [...args, directory], limit: { ms: 120_000 } },
    ]);
  }
});

test('a runner without tar, and one that says nothing', async () => {
  const directory = await temporary();
  await expect(archivesBy('').extractTar('a', directory)).rejects.toThrow('there is no tar on the PATH');
  const { exec } = fakeExec(() => ({ code: 2 }));
  const silent = createArchives({
    exec,
    env,
    system: 'linux',
    which: async () => await Promise.resolve('tar'),
  });
  await expect(silent.extractTar('a', directory)).rejects.toThrow('tar ended with code 2');
});
