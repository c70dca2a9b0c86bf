/** What a hostile or broken mirror offers under a digest that fits: refused by name, not kept, not run. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Entry, packBomb, packTar } from '../../../sandbox/downloads/archive.ts';
import { installHelm, installKubectl } from '../../../src/tools/install/install.ts';
import { type Genuine, startGenuine } from './genuine.ts';

let genuine: Genuine;
beforeEach(async () => {
  genuine = await startGenuine();
});
afterEach(() => genuine.site.close());

const NAME = 'linux-amd64/helm';
const helm = (): Entry => ({ name: NAME, content: genuine.script('v4.3.1') });

async function refusal(install: typeof installHelm, said: RegExp, tried: RegExp): Promise<void> {
  await expect(install(genuine.auto(), genuine.genuineContext())).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: {
      said: expect.stringMatching(said),
      tried: expect.stringMatching(tried),
      next: expect.stringMatching(/helm|kubectl/),
    },
  });
  expect(genuine.ran()).toBe(false);
  expect(await genuine.left()).toEqual([]);
}

test('an archive as it should be is unpacked, run and kept', async () => {
  genuine.offerHelm(packTar([{ name: 'linux-amd64/', type: 'directory' }, helm()]));
  await expect(installHelm(genuine.auto(), genuine.genuineContext())).resolves.toMatchObject({
    version: 'v4.3.1',
  });
  expect(genuine.ran()).toBe(true);
  expect((await genuine.left()).filter((name) => name.endsWith('.tar.gz'))).toHaveLength(1);
});

test.each<[string, RegExp, () => Buffer | string]>([
  ['leads upwards', /a path that leads out/, () => packTar([helm(), { name: '../../mark', content: 'x' }])],
  ['leads upwards further in', /leads out/, () => packTar([helm(), { name: 'a/../../mark', content: 'x' }])],
  ['is absolute', /leads out/, () => packTar([helm(), { name: '/tmp/mark', content: 'x' }])],
  ['is of another drive', /leads out/, () => packTar([helm(), { name: 'c:\\mark', content: 'x' }])],
  [
    'is a link beside the program',
    /no file and no directory/,
    () => packTar([helm(), { name: 'linux-amd64/LICENSE', type: 'symlink', link: '/tmp/x' }]),
  ],
  [
    'is a directory by a link',
    /no file and no directory/,
    () => packTar([{ name: 'linux-amd64', type: 'symlink', link: '/tmp' }, helm()]),
  ],
  [
    'is a hard link',
    /no file and no directory/,
    () => packTar([helm(), { name: 'linux-amd64/LICENSE', type: 'hardlink', link: NAME }]),
  ],
  ['is a pipe', /no file and no directory/, () => packTar([helm(), { name: 'pipe', type: 'fifo' }])],
  [
    'is the program as a link',
    /no file and no/,
    () => packTar([{ name: NAME, type: 'symlink', link: '/bin/sh' }]),
  ],
  [
    'is the program as a directory',
    /no linux-amd64\/helm/,
    () => packTar([{ name: NAME, type: 'directory' }]),
  ],
  ['is the program, twice', /twice/, () => packTar([helm(), helm()])],
  ['is another program', /no linux-amd64\/helm/, () => packTar([{ name: 'linux-arm64/helm', content: 'x' }])],
  ['there is none of', /no linux-amd64\/helm/, () => packTar([])],
  ['grows without measure', /larger than 512 MiB/, () => packBomb([helm()], 'linux-amd64/LICENSE', 600)],
  ['ends half-way', /end/, () => packTar([helm()]).subarray(0, 60)],
  ['is no archive', /incorrect header check/, () => 'neither gzip nor a page'],
])('an archive with an entry that %s', async (_what, said, archive) => {
  genuine.offerHelm(archive());
  await refusal(installHelm, said, /unpack .*helm-v4\.3\.1-linux-amd64\.tar\.gz/);
});

test('what a killed run left half written in the tool cache is not used', async () => {
  const program = genuine.script('{"clientVersion":{"gitVersion":"v1.35.4"}}');
  genuine.offerKubectl(program);
  const kept = join(process.env['RUNNER_TOOL_CACHE'] ?? '', 'spaces-workload-identity-kubectl/1.35.4');
  await mkdir(join(kept, 'amd64'), { recursive: true });
  const copy = join(kept, 'amd64', 'kubectl');
  for (const marker of [[], [join(kept, 'amd64.complete')]]) {
    await writeFile(copy, program.slice(0, 20));
    for (const path of marker) await writeFile(path, '');
    const { path } = await installKubectl(genuine.auto(), genuine.genuineContext());
    expect(await readFile(path, 'utf8')).toBe(program);
    expect(await readFile(copy, 'utf8')).toBe(program);
  }
});

test('many runs that fill the same tool cache at once all get the genuine program', async () => {
  const program = `${genuine.script('{"clientVersion":{"gitVersion":"v1.35.4"}}')}${'#'.repeat(8_000_000)}\n`;
  genuine.offerKubectl(program);
  const install = async () => await installKubectl(genuine.auto(), genuine.genuineContext());
  const runs = await Promise.all(Array.from({ length: 8 }, install));
  for (const { path } of [...runs, await install()]) expect(await readFile(path, 'utf8')).toBe(program);
});

test('a program that says another version is not kept', async () => {
  genuine.offerKubectl(genuine.script('{"clientVersion":{"gitVersion":"v1.34.0"}}'));
  await expect(installKubectl(genuine.auto(), genuine.genuineContext())).rejects.toMatchObject({
    details: { said: 'the program says it is v1.34.0' },
  });
  expect(await genuine.left()).toEqual([]);
});

const PAGE = '<!DOCTYPE html>\n<html><body>Sign in first</body></html>';

test('a page in place of a program, even with its own digest, is not run', async () => {
  genuine.offerKubectl(PAGE);
  await refusal(installKubectl, /a web page/, /download .*kubectl/);
  genuine.offerHelm(PAGE);
  await refusal(installHelm, /a web page/, /download .*helm/);
});

const OTHER = 'a'.repeat(64);

test.each<[string, RegExp, string | Buffer]>([
  ['a page that holds a digest', /a web page/, `<html>${OTHER}</html>`],
  ['empty', /it holds no SHA-256 digest/, ''],
  ['the digest of another file', /no SHA-256 digest of kubectl/, `${OTHER}  kubectl-convert\n`],
  ['several digests without names', /no SHA-256 digest/, `${OTHER}\n${'b'.repeat(64)}\n`],
  ['a digest within a text', /no SHA-256 digest/, `use ${OTHER} today`],
  ['endless', /larger than 0\.1 MiB/, Buffer.alloc(1024 * 1024, OTHER)],
])('a checksum file that is %s', async (_what, said, text) => {
  genuine.offerKubectl(genuine.script('v1.35.4'));
  genuine.files.set('/v1.35.4/bin/linux/amd64/kubectl.sha256', text);
  await refusal(installKubectl, said, /kubectl\.sha256/);
});
