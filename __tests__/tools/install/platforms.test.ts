/** Both tools on each platform: which files are asked for, which program comes of them, in folders with blanks in their names. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createArchives } from '../../../src/tools/install/archives.ts';
import { digestIn } from '../../../src/tools/install/checksum-file.ts';
import { installHelm, installKubectl } from '../../../src/tools/install/install.ts';
import { fakeExec } from '../fakes.ts';
import { digest, type Setup, startSetup, toolkit } from './setup.ts';

let setup: Setup;
beforeEach(async () => {
  setup = await startSetup();
});
afterEach(() => setup.site.close());

interface Row {
  readonly system: string;
  readonly architecture: string;
  readonly helm: string;
  readonly kubectl: string;
  readonly member: string;
}

const ROWS: readonly Row[] = [
  {
    system: 'win32',
    architecture: 'x64',
    helm: 'helm-v4.3.1-windows-amd64.zip',
    kubectl: 'v1.35.4/bin/windows/amd64/kubectl.exe',
    member: 'windows-amd64/helm.exe',
  },
  {
    system: 'win32',
    architecture: 'arm64',
    helm: 'helm-v4.3.1-windows-arm64.zip',
    kubectl: 'v1.35.4/bin/windows/arm64/kubectl.exe',
    member: 'windows-arm64/helm.exe',
  },
  {
    system: 'darwin',
    architecture: 'x64',
    helm: 'helm-v4.3.1-darwin-amd64.tar.gz',
    kubectl: 'v1.35.4/bin/darwin/amd64/kubectl',
    member: 'darwin-amd64/helm',
  },
  {
    system: 'darwin',
    architecture: 'arm64',
    helm: 'helm-v4.3.1-darwin-arm64.tar.gz',
    kubectl: 'v1.35.4/bin/darwin/arm64/kubectl',
    member: 'darwin-arm64/helm',
  },
];

test.each(ROWS)('$system on $architecture', async ({ system, architecture, helm, kubectl, member }) => {
  const { files, directory } = setup;
  files.clear();
  files.set(`/${helm}`, 'the archive');
  // As the site writes it, and as a mirror on Windows may hand it on.
  files.set(`/${helm}.sha256sum`, `${digest('the archive')} *${helm}\r\n`);
  files.set('/stable-1.35.txt', 'v1.35.4\r\n');
  files.set(`/${kubectl}`, 'the kubectl');
  files.set(`/${kubectl}.sha256`, `${digest('the kubectl').toUpperCase()}\r\n`);
  const members: string[] = [];
  const take = (of: string) => async (_file: string, taken: string, to: string) => {
    members.push(`${of}: ${taken}`);
    await writeFile(to, 'the program');
  };
  const blanks = join(directory, 'a runner', '_work (1)');
  await mkdir(blanks, { recursive: true });
  const archives = { fromTar: take('tar'), fromZip: take('zip') };
  const setting = setup.context({
    system,
    architecture,
    directory: blanks,
    toolkit: { ...toolkit(blanks), ...archives },
  });
  const suffix = system === 'win32' ? '.exe' : '';

  const installed = await Promise.all([
    installHelm(setup.auto(), setting),
    installKubectl(setup.auto(), setting),
  ]);

  expect(installed.map(({ version }) => version)).toEqual(['v4.3.1', 'v1.35.4']);
  expect(installed.map(({ path }) => path)).toEqual([
    expect.stringMatching(new RegExp(`a runner.*helm${suffix.replace('.', '[.]')}$`)),
    expect.stringMatching(new RegExp(`a runner.*kubectl${suffix.replace('.', '[.]')}$`)),
  ]);
  expect(members).toEqual([`${system === 'win32' ? 'zip' : 'tar'}: ${member}`]);
  // A later run has both from the tool cache, and asks for the checksums alone.
  await Promise.all([installHelm(setup.auto(), setting), installKubectl(setup.auto(), setting)]);
  expect(setup.log.lines).toContain('helm v4.3.1 from the tool cache');
  expect(setup.log.lines).toContain('kubectl v1.35.4 from the tool cache');
});

test('an archive in a folder with blanks is one argument of the tar of Windows, and so is where it goes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'a runner (x86) '));
  const member = 'windows-amd64/helm.exe';
  const { exec, requests } = fakeExec(async (_line, { args }) => {
    if (args.includes('-t')) return `windows-amd64/\r\n${member}\r\n`;
    const path = join(args[args.indexOf('-C') + 1] ?? '', member);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'the program');
    return '';
  });
  const { signal } = new AbortController();
  const [zip, to] = [join(folder, 'helm.zip'), join(folder, 'helm.exe')];
  await createArchives({ exec, env: { SYSTEMROOT: String.raw`C:\Win dows` }, signal }).fromZip(
    zip,
    member,
    to,
  );
  expect(requests.map(({ file, args }) => [file, ...args])).toEqual([
    [String.raw`C:\Win dows\System32\tar.exe`, '-t', '-f', zip],
    [String.raw`C:\Win dows\System32\tar.exe`, '-x', '-f', zip, '-C', `${to}.unpacked`, member],
  ]);
});

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);

test.each<[string, string, string | undefined]>([
  ['the digest alone, with an end of Windows', `${A}\r\n`, A],
  ['digest and name, with an end of Windows', `${A}  helm.zip\r\n`, A],
  ['as `sha256sum --binary` writes it', `${A} *helm.zip\n`, A],
  ['with a folder before the name', `${A}  ./dist/helm.zip\r\n`, A],
  ['in capitals', `${A.toUpperCase()}  helm.zip\r\n`, A],
  ['among others', `${B}  helm.tar.gz\r\n${A}  helm.zip\r\n`, A],
  ['of another file', `${A}  helm.tar.gz\r\n`, undefined],
  ['two that differ', `${A}  helm.zip\r\n${B}  helm.zip\r\n`, undefined],
  ['somewhere in a text', `SHA256 (helm.zip) = ${A}\r\n`, undefined],
])('a checksum file: %s', (_how, text, found) => {
  expect(digestIn(text, 'helm.zip')).toBe(found);
});
