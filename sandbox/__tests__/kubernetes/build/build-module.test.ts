/** Builds of Go modules, with a Go that only notes its runs. */
import { chmod, mkdir, mkdtemp, readFile, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { buildModule } from '../../../kubernetes/build/build-module.ts';
import type { Build } from '../../../kubernetes/build/compile.ts';
import { findGo } from '../../../kubernetes/build/toolchain.ts';

let home: string;
let build: Build;
let lines: string[];

/** Puts a program in the place of Go. */
async function useGo(script: string): Promise<void> {
  await writeFile(join(home, 'bin', 'go'), `#!/bin/sh\n${script}\n`);
  await chmod(join(home, 'bin', 'go'), 0o755);
}

/** Writes what it was told into the file after `-o`. */
const recordingGo = `
echo run >> "$RUNS"
while [ "$1" != -o ]; do words="$words $1"; shift; done
echo "$words" > "$2"`;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'build-'));
  lines = [];
  await Promise.all(
    ['bin', 'go/tool', 'go/lifeline'].map((name) => mkdir(join(home, name), { recursive: true })),
  );
  await writeFile(
    join(home, 'go/tool/go.mod'),
    'module tool\n\nrequire (\n\texample.org/tool v1.2.3 // indirect\n)\n',
  );
  await writeFile(join(home, 'go/tool/main.go'), 'package main\n');
  await writeFile(join(home, 'go/lifeline/lifeline.go'), 'package lifeline\n');
  build = {
    module: {
      directory: 'tool',
      package: '.',
      binary: 'tool',
      links: ['other-name'],
      variables: (version) => ({ 'main.version': version('example.org/tool') }),
    },
    go: {
      version: 'go1.26.0',
      environment: {
        PATH: [join(home, 'bin'), process.env['PATH']].join(delimiter),
        RUNS: join(home, 'runs'),
      },
    },
    sources: join(home, 'go'),
    cache: join(home, 'cache'),
    log: (line) => lines.push(line),
  };
});

async function runs(): Promise<number> {
  return (await readFile(join(home, 'runs'), 'utf8')).trim().split('\n').length;
}

test('builds once, with the version of the required module in it', async () => {
  await useGo(recordingGo);
  const directory = await buildModule(build);
  expect(await readFile(join(directory, 'tool'), 'utf8')).toContain(
    '-trimpath -ldflags -s -w -X main.version=v1.2.3',
  );
  expect(await readFile(join(directory, 'other-name'), 'utf8')).toBe(
    await readFile(join(directory, 'tool'), 'utf8'),
  );
  expect(lines[0]).toContain('building tool with go1.26.0');

  expect(await buildModule(build)).toBe(directory);
  expect(await runs()).toBe(1);
});

test.each(['go/tool/go.mod', 'go/tool/main.go', 'go/lifeline/lifeline.go'])(
  'builds anew when %s changes',
  async (file) => {
    await useGo(recordingGo);
    const before = await buildModule(build);
    await writeFile(join(home, file), `${await readFile(join(home, file), 'utf8')}// changed\n`);
    expect(await buildModule(build)).not.toBe(before);
    expect(await runs()).toBe(2);
  },
);

test('builds anew for another Go', async () => {
  await useGo(recordingGo);
  const before = await buildModule(build);
  expect(await buildModule({ ...build, go: { ...build.go, version: 'go1.27.0' } })).not.toBe(before);
});

test('two builds at the same time end with the same binary', async () => {
  await useGo(recordingGo);
  const [one, other] = await Promise.all([buildModule(build), buildModule(build)]);
  expect(one).toBe(other);
  expect(await readdir(join(home, 'cache'))).toHaveLength(1);
});

test('a build that fails leaves nothing and shows what Go said', async () => {
  await useGo('echo half > cut-short; echo "main.go:1: no good" >&2; exit 2');
  await expect(buildModule(build)).rejects.toThrow('go build of tool failed (2):\nmain.go:1: no good');
  expect(await readdir(join(home, 'cache'))).toEqual([]);
});

test('clears what a killed build left, but not what a running one makes', async () => {
  await useGo(recordingGo);
  const [left, running] = [join(home, 'cache', '.tool-left'), join(home, 'cache', '.tool-running')];
  await Promise.all([left, running].map((draft) => mkdir(draft, { recursive: true })));
  const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000);
  await utimes(left, yesterday, yesterday);
  const directory = await buildModule(build);
  expect((await readdir(join(home, 'cache'))).toSorted()).toEqual(['.tool-running', basename(directory)]);
});

test('a version that go.mod does not require is an error', async () => {
  await writeFile(join(home, 'go/tool/go.mod'), 'module tool\n');
  await expect(buildModule(build)).rejects.toThrow('does not require example.org/tool');
});

test.each([
  [
    'echo go1.21.4',
    'go1.21.4 is too old. The sandbox builds Kubernetes and helm from their sources. Install Go 1.26',
  ],
  [
    'echo "go.mod requires go >= 1.26" >&2; exit 1',
    'Go cannot build the sandbox: go.mod requires go >= 1.26. The sandbox',
  ],
])('says what to install when Go answers %j', async (script, message) => {
  await useGo(script);
  await expect(findGo(home, { PATH: `${join(home, 'bin')}:/bin:/usr/bin` })).rejects.toThrow(message);
});

test('says what to install when there is no Go', async () => {
  await expect(findGo(home, { PATH: join(home, 'bin') })).rejects.toThrow(
    'Go was not found. The sandbox builds',
  );
});

test('takes a Go that is new enough', async () => {
  await useGo('echo go1.27.1');
  const go = await findGo(home, { PATH: `${join(home, 'bin')}:/bin:/usr/bin`, GOFLAGS: '-mod=mod' });
  expect(go.version).toBe('go1.27.1');
  expect(go.environment).toMatchObject({ GOFLAGS: '', CGO_ENABLED: '0', GOWORK: 'off' });
});
