/** One program comes out of an archive, whoever packed it; failures name the archive and what to do. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, expect, test } from '@jest/globals';
import { packTar, tarEntry } from '../../../sandbox/downloads/archive.ts';
import type { Exec } from '../../../src/tools/exec.ts';
import { createArchives } from '../../../src/tools/install/archives.ts';
import { fakeExec } from '../fakes.ts';

const MEMBER = 'linux-amd64/helm';
const { signal } = new AbortController();
const { exec: none } = fakeExec(() => ({ code: 1, stderr: 'never asked' }));

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'archives-'));
});

async function untar(archive: Buffer, during = signal): Promise<string> {
  const file = join(directory, 'a.tgz');
  await writeFile(file, archive);
  const to = join(directory, 'helm');
  await createArchives({ exec: none, env: {}, signal: during }).fromTar(file, MEMBER, to);
  return await readFile(to, 'utf8');
}

test.each(['gnu', 'ustar', 'pax'])('what tar packs in the format %s', async (format) => {
  const long = join(directory, 'linux-amd64', ...Array.from({ length: 9 }, (_none, n) => `${n}`.repeat(20)));
  await mkdir(long, { recursive: true });
  await writeFile(join(long, 'notes'), 'x'.repeat(1000));
  await writeFile(join(directory, MEMBER), 'the program');
  await writeFile(join(directory, 'linux-amd64', 'LICENSE'), 'free');
  const args = ['-cz', `--format=${format}`, '-C', directory, 'linux-amd64'];
  expect(await untar(execFileSync('tar', args))).toBe('the program');
  expect((await readdir(directory)).toSorted()).toEqual(['a.tgz', 'helm', 'linux-amd64']);
});

test.each([
  ['longName', `${MEMBER}\0`],
  ['pax', `25 path=${MEMBER}\n`],
  ['pax', '11 other=x\n'],
  ['remark', '16 comment=hello\n'],
] as const)('a name that stands before its entry is its name: %s', async (type, content) => {
  const name = content.includes(MEMBER) ? 'short' : MEMBER;
  const archive = packTar([
    { name: 'note', type, content },
    { name, content: 'the program' },
  ]);
  expect(await untar(archive)).toBe('the program');
});

test('a name by such a note must not lead out either', async () => {
  const archive = packTar([
    { name: 'note', type: 'longName', content: '../out' },
    { name: 'fine', content: 'x' },
  ]);
  await expect(untar(archive)).rejects.toThrow('leads out');
});

test.each([
  ['a text', gzipSync('no archive')],
  ['a text as long as a header', gzipSync('no archive '.repeat(100))],
  ['an entry without its end', gzipSync(tarEntry({ name: MEMBER, content: 'half' }, 4_000))],
])('%s is no archive', async (_what, archive) => {
  await expect(untar(archive)).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: {
      tried: `unpack ${join(directory, 'a.tgz')}`,
      said: expect.stringMatching(/no tar archive, or not a whole one/),
      next: expect.stringContaining('`helm-download-url`'),
    },
  });
});

test('an archive without the two empty blocks at its end', async () => {
  expect(await untar(gzipSync(tarEntry({ name: MEMBER, content: 'the program' })))).toBe('the program');
});

test('what fails on this runner is not blamed on the archive', async () => {
  const archives = createArchives({ exec: none, env: {}, signal });
  await expect(archives.fromTar(join(directory, 'gone'), MEMBER, join(directory, 'x'))).rejects.toMatchObject(
    {
      reason: 'tool-unavailable',
      details: {
        said: expect.stringContaining('ENOENT'),
        next: expect.stringContaining("the runner's disk"),
      },
    },
  );
});

test('unpacking ends with the job', async () => {
  await expect(untar(packTar([]), AbortSignal.abort())).rejects.toMatchObject({ reason: 'cancelled' });
});

/** The tar of Windows, with an archive that holds these. */
const WINDOWS = 'windows-amd64/helm.exe';

function windowsTar(names: readonly string[], unpack: (path: string) => Promise<void>) {
  return fakeExec(async (_line, { args }) => {
    if (args.includes('-t')) return names.join('\r\n');
    const path = join(args[args.indexOf('-C') + 1] ?? '', WINDOWS);
    await mkdir(dirname(path), { recursive: true });
    await unpack(path);
    return '';
  });
}

async function unzip(exec: Exec, env: Record<string, string> = {}): Promise<string> {
  const to = join(directory, 'helm.exe');
  await createArchives({ exec, env, signal }).fromZip('a.zip', WINDOWS, to);
  return await readFile(to, 'utf8');
}

test.each([
  [{ SystemRoot: String.raw`D:\Win` }, String.raw`D:\Win`],
  [{}, String.raw`C:\Windows`],
])('on Windows the tar of the system takes the program alone, with a time limit', async (env, root) => {
  const names = ['windows-amd64/', WINDOWS, 'windows-amd64/LICENSE'];
  const { exec, requests } = windowsTar(names, async (path) => await writeFile(path, 'the program'));
  expect(await unzip(exec, env)).toBe('the program');
  const file = `${root}\\System32\\tar.exe`;
  const into = join(directory, 'helm.exe.unpacked');
  expect(requests).toMatchObject([
    { file, args: ['-t', '-f', 'a.zip'], limit: { ms: 120_000 } },
    { file, args: ['-x', '-f', 'a.zip', '-C', into, WINDOWS], limit: { ms: 120_000 } },
  ]);
});

test.each([
  ['leads out', [WINDOWS, String.raw`..\..\mark`]],
  ['leads out', [WINDOWS, 'C:/mark']],
  [`holds no ${WINDOWS}`, ['helm.exe']],
])('on Windows an archive that %s is not unpacked', async (said, names) => {
  const { exec, requests } = windowsTar(names, async (path) => await writeFile(path, 'x'));
  await expect(unzip(exec)).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { said: expect.stringContaining(said), next: expect.stringContaining('helm-download-url') },
  });
  expect(requests).toHaveLength(1);
});

test('on Windows a program that is a link is none', async () => {
  const { exec } = windowsTar([WINDOWS], async (path) => await symlink('/bin/sh', path));
  await expect(unzip(exec)).rejects.toThrow('is no file');
  expect(existsSync(join(directory, 'helm.exe'))).toBe(false);
});

test.each([
  ['tar ended with code 2', { code: 2 }],
  ['no such archive', { code: 1, stderr: 'no such archive\n' }],
])('on Windows the words of tar are shown: %s', async (said, result) => {
  const { exec } = fakeExec(() => result);
  await expect(unzip(exec)).rejects.toMatchObject({ reason: 'tool-unavailable', details: { said } });
});
