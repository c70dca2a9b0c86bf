/** Releases that are downloaded, refused and kept, from a site on loopback. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { modules } from '../../../kubernetes/build/modules.ts';
import {
  fetchReleased,
  findReleased,
  type Releases,
  sitesOf,
} from '../../../kubernetes/releases/released.ts';

let site: Server;
let files: Map<string, Buffer>;
let releases: Releases;
let lines: string[];

beforeEach(async () => {
  files = new Map();
  lines = [];
  site = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((done) => site.listen(0, '127.0.0.1', done));
  const { port } = z.object({ port: z.number() }).parse(site.address());
  const sites = sitesOf(`http://127.0.0.1:${port}`);
  if (sites === undefined) throw new Error('no site');
  const home = await mkdtemp(join(tmpdir(), 'releases-'));
  await writeModules(home);
  releases = {
    sources: home,
    cache: join(home, 'cache'),
    platform: { os: 'linux', arch: 'amd64' },
    sites,
    log: (line) => lines.push(line),
  };
});
afterEach(() => {
  site.closeAllConnections();
  site.close();
});

/** As they are: each module requires what it is made of, and nothing else. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  'control-plane': ['k8s.io/kubernetes v1.35.4', 'go.etcd.io/etcd/server/v3 v3.6.5'],
  helm: ['helm.sh/helm/v4 v4.2.4'],
};

async function writeModules(home: string): Promise<void> {
  for (const { directory } of modules) {
    await mkdir(join(home, directory), { recursive: true });
    const required = (REQUIRED[directory] ?? []).map((one) => `\t${one}`).join('\n');
    await writeFile(join(home, directory, 'go.mod'), `module x\n\nrequire (\n${required}\n)\n`);
  }
}

function module(name: string) {
  const found = modules.find(({ binary }) => binary === name);
  if (found === undefined) throw new Error(name);
  return found;
}

/** As the sites have it: the file, and its digest beside it. */
function offer(path: string, content: Buffer, sums: string, line = (digest: string) => digest): void {
  files.set(path, content);
  files.set(sums, Buffer.from(line(createHash('sha256').update(content).digest('hex'))));
}

async function archive(member: string, content: string): Promise<Buffer> {
  const aside = await mkdtemp(join(tmpdir(), 'archive-'));
  await mkdir(join(aside, member, '..'), { recursive: true });
  await writeFile(join(aside, member), content);
  execFileSync('tar', ['-czf', join(aside, 'a.tar.gz'), '-C', aside, member]);
  return await readFile(join(aside, 'a.tar.gz'));
}

const inList = (digest: string): string =>
  `${'0'.repeat(64)}  other\n${digest}  etcd-v3.6.5-linux-amd64.tar.gz\n`;

async function offerServers(): Promise<void> {
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) {
    const path = `/kubernetes/v1.35.4/bin/linux/amd64/${name}`;
    offer(path, Buffer.from(`#!/bin/sh\necho ${name} "$@"\n`), `${path}.sha256`);
  }
  const etcd = await archive('etcd-v3.6.5-linux-amd64/etcd', '#!/bin/sh\necho etcd\n');
  offer('/etcd/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz', etcd, '/etcd/v3.6.5/SHA256SUMS', inList);
}

test('the servers are downloaded once, and kept', async () => {
  await offerServers();
  expect(await findReleased(module('kubernetes'), releases)).toBeUndefined();
  const directory = (await fetchReleased(module('kubernetes'), releases)) ?? '';
  expect(await findReleased(module('kubernetes'), releases)).toBe(directory);
  expect(execFileSync(join(directory, 'kube-apiserver'), ['--port=1'], { encoding: 'utf8' })).toBe(
    'kube-apiserver --port=1\n',
  );
  expect(execFileSync(join(directory, 'etcd'), { encoding: 'utf8' })).toBe('etcd\n');
  expect(lines).toEqual(['downloaded etcd, kube-apiserver, kube-controller-manager, kube-scheduler']);
});

test('helm comes out of its archive, and can be run', async () => {
  const helm = await archive('linux-amd64/helm', '#!/bin/sh\necho v4\n');
  const path = '/helm/helm-v4.2.4-linux-amd64.tar.gz';
  offer(path, helm, `${path}.sha256sum`, (digest) => `${digest}  helm-v4.2.4-linux-amd64.tar.gz\n`);
  const directory = (await fetchReleased(module('helm'), releases)) ?? '';
  expect(await readdir(directory)).toEqual(['helm']);
  expect(execFileSync(join(directory, 'helm'), { encoding: 'utf8' })).toBe('v4\n');
  expect((await stat(join(directory, 'helm'))).mode & 0o111).toBe(0o111);
});

const KUBECTL = '/kubernetes/v1.35.4/bin/linux/amd64/kubectl';
test.each<[string, () => void, string]>([
  ['is not there', () => undefined, 'answers 404'],
  ['has no checksum', () => files.set(KUBECTL, Buffer.from('x')), 'answers 404'],
  [
    'has a page for a checksum',
    () => offer(KUBECTL, Buffer.from('x'), `${KUBECTL}.sha256`, () => '<html>'),
    'no checksum',
  ],
  [
    'is another file',
    () => offer(KUBECTL, Buffer.from('x'), `${KUBECTL}.sha256`, () => 'f'.repeat(64)),
    'should have',
  ],
])('what %s is built instead: nothing of it is kept', async (_what, prepare, said) => {
  prepare();
  expect(await fetchReleased(module('kubectl'), releases)).toBeUndefined();
  expect(await readdir(releases.cache)).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(said);
});

test('one server that can not be had: all are built', async () => {
  await offerServers();
  files.delete('/kubernetes/v1.35.4/bin/linux/amd64/kube-scheduler');
  expect(await fetchReleased(module('kubernetes'), releases)).toBeUndefined();
  expect(await readdir(releases.cache)).toEqual([]);
});

test('a site out of reach is said, and why', async () => {
  site.closeAllConnections();
  site.close();
  expect(await fetchReleased(module('kubectl'), releases)).toBeUndefined();
  expect(lines[0]).toMatch(/built instead: .*ECONNREFUSED/);
});

test('nothing is looked for where all is to be built', async () => {
  const { sites: _none, ...without } = releases;
  expect(sitesOf('never')).toBeUndefined();
  expect(sitesOf('')?.helm).toBe('https://get.helm.sh');
  expect(await fetchReleased(module('kubectl'), without)).toBeUndefined();
  expect(lines).toEqual([]);
});

test.each(['kwok', 'registry'])('%s is built: nothing is looked for', async (name) => {
  expect(await findReleased(module(name), releases)).toBeUndefined();
  expect(await fetchReleased(module(name), releases)).toBeUndefined();
  expect(lines).toEqual([]);
});

test('the versions are found in the modules as they are', async () => {
  const sources = join(import.meta.dirname, '..', '..', '..', 'kubernetes', 'go');
  const found = await Promise.all(modules.map((one) => findReleased(one, { ...releases, sources })));
  expect(found).toEqual(modules.map(() => undefined));
});
