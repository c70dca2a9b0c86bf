/** The download sites: layout, checksums, faults. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { thisPlatform } from '../../downloads/packages.ts';
import { startDownloads } from '../../downloads/server.ts';
import type { Downloads } from '../../downloads/server.ts';

const run = promisify(execFile);
const { os, arch } = thisPlatform();
const archive = `helm-v4.1.4-${os}-${arch}.tar.gz`;
const kubectlPath = `v1.35.4/bin/${os}/${arch}/kubectl`;
let dir = '';
let site: Downloads;

async function script(name: string, output: string): Promise<string> {
  const file = join(dir, name);
  await writeFile(file, `#!/bin/sh\necho '${output}'\n`);
  await chmod(file, 0o755);
  return file;
}

async function start(): Promise<Downloads> {
  return startDownloads({
    helm: await script('helm', 'v4.1.4'),
    kubectl: await script('kubectl', '{"clientVersion":{"gitVersion":"v1.35.4"}}'),
    cache: join(dir, 'cache'),
    log: () => {},
  });
}

async function digest(url: string): Promise<string> {
  const body = await (await fetch(url)).arrayBuffer();
  return createHash('sha256').update(new Uint8Array(body)).digest('hex');
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'downloads-'));
  site = await start();
});

afterEach(async () => {
  await site.close();
  await rm(dir, { recursive: true });
});

test('offers helm packed under OS-ARCH with both checksum files', async () => {
  const url = `${site.helmUrl}/${archive}`;
  const expected = await digest(url);
  expect(await text(`${url}.sha256`)).toBe(expected);
  expect(await text(`${url}.sha256sum`)).toBe(`${expected}  ${archive}\n`);
  const { stdout } = await run('tar', ['-tzf', site.helm.file]);
  expect(stdout).toContain(`${os}-${arch}/helm\n`);
});

test('offers kubectl bare, behind a redirect, with its digest', async () => {
  const url = `${site.kubectlUrl}/${kubectlPath}`;
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(302);
  expect(await text(`${url}.sha256`)).toBe(await digest(url));
});

test('tells the latest versions, and knows no other', async () => {
  expect(await text(`${site.helmUrl}/helm4-latest-version`)).toBe('v4.1.4\n');
  expect(await text(`${site.kubectlUrl}/stable-1.35.txt`)).toBe('v1.35.4');
  expect((await fetch(`${site.kubectlUrl}/stable-1.34.txt`)).status).toBe(404);
  expect((await fetch(`${site.helmUrl}/helm-v3.19.0-${os}-${arch}.tar.gz`)).status).toBe(404);
});

test('spoils files and checksums when told to, so many times', async () => {
  const url = `${site.helmUrl}/${archive}`;
  site.faults.push(
    { path: /tar\.gz$/, kind: 'corrupt', times: 1 },
    { path: /\.sha256$/, kind: 'wrong-checksum', times: 1 },
    { path: /\.sha256sum$/, kind: 'missing', times: 1 },
    { path: /latest/, kind: 'unavailable', times: 1 },
  );
  expect(await digest(url)).not.toBe(site.helm.sha256);
  expect(await digest(url)).toBe(site.helm.sha256);
  expect(await text(`${url}.sha256`)).not.toBe(site.helm.sha256);
  expect((await fetch(`${url}.sha256sum`)).status).toBe(404);
  expect((await fetch(`${site.helmUrl}/helm4-latest-version`)).status).toBe(503);
  expect(site.requests.map(({ status }) => status)).toEqual([200, 200, 200, 404, 503]);
});

test('cuts a download half-way', async () => {
  site.faults.push({ path: /cdn/, kind: 'cut', times: 1 });
  await expect(digest(`${site.kubectlUrl}/${kubectlPath}`)).rejects.toThrow();
});

test('packs once', async () => {
  const again = await startDownloads({
    helm: join(dir, 'helm'),
    kubectl: join(dir, 'kubectl'),
    cache: join(dir, 'cache'),
    log: () => {},
  });
  await again.close();
  expect(again.helm).toEqual(site.helm);
});
