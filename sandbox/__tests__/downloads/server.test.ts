/** The download sites: layout, checksums, faults. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { thisPlatform } from '../../downloads/packages.ts';
import { type Downloads, startDownloads } from '../../downloads/server.ts';

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

const pieceSchema = z.object({ value: z.instanceof(Uint8Array) });
const lengthOf = (read: unknown): number => pieceSchema.parse(read).value.length;

/** The bytes that come until the answer ends, or are enough. */
async function some(url: string, enough: number): Promise<number> {
  const leave = new AbortController();
  let bytes = 0;
  const { body } = await fetch(url, { signal: leave.signal });
  const chunks: AsyncIterable<Uint8Array> | [] = body ?? [];
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes >= enough) break;
  }
  leave.abort();
  return bytes;
}

test('offers half of a file as if it were the whole, or none of it', async () => {
  const url = `${site.helmUrl}/${archive}`;
  const { size } = await stat(site.helm.file);
  site.faults.push(
    { path: /tar\.gz$/, kind: 'truncated', times: 1 },
    { path: /tar\.gz$/, kind: 'empty', times: 1 },
  );
  expect(await some(url, size)).toBe(Math.floor(size / 2));
  expect(await some(url, size)).toBe(0);
  expect(await some(url, size)).toBe(size);
});

test('offers a page, or whatever else, in place of a file or a text', async () => {
  const url = `${site.helmUrl}/${archive}`;
  site.faults.push(
    { path: /tar\.gz/, kind: 'page', times: 2 },
    { path: /tar\.gz/, kind: 'replaced', body: 'another', times: 2 },
  );
  const page = await fetch(url);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html']);
  expect(await text(`${url}.sha256sum`)).toContain('<html>');
  expect(await text(url)).toBe('another');
  expect(await text(`${url}.sha256sum`)).toBe('another');
});

test('announces more than comes, and leaves the connection open', async () => {
  site.faults.push({ path: /tar\.gz$/, kind: 'overlong', times: 1 });
  const { size } = await stat(site.helm.file);
  const response = await fetch(`${site.helmUrl}/${archive}`);
  expect(response.headers.get('content-length')).toBe(String(size + 1024 * 1024));
  // All of it comes; what was announced besides never does.
  const reader = response.body?.getReader();
  for (let bytes = 0; bytes < size;) bytes += lengthOf(await reader?.read());
  const ended = expect(reader?.read()).rejects.toThrow();
  await site.close();
  await ended;
  site = await start();
});

test.each([
  ['endless', 8 * 1024 * 1024],
  ['trickle', 3],
] as const)('sends without an end: %s', async (kind, enough) => {
  site.faults.push({ path: /sha256sum$/, kind, times: 1 });
  const url = `${site.helmUrl}/${archive}.sha256sum`;
  expect(await some(url, enough)).toBeGreaterThanOrEqual(enough);
  expect(await text(url)).toContain(site.helm.sha256);
});

test('takes a request and does not answer, or no further than the head', async () => {
  site.faults.push(
    { path: /latest/, kind: 'silent', times: 1 },
    { path: /latest/, kind: 'stalled', times: 1 },
  );
  const url = `${site.helmUrl}/helm4-latest-version`;
  let isAnswered = false;
  const silent = fetch(url).finally(() => {
    isAnswered = true;
  });
  const ends = expect(silent).rejects.toThrow();
  while (site.requests.length < 1) await new Promise(setImmediate);
  const stalled = await fetch(url);
  expect(stalled.status).toBe(200);
  const stops = expect(stalled.text()).rejects.toThrow();
  expect(await text(url)).toBe('v4.1.4\n');
  expect(isAnswered).toBe(false);
  expect(site.requests.map(({ status }) => status)).toEqual([0, 200, 200]);
  await site.close();
  await Promise.all([ends, stops]);
  site = await start();
});

test('redirects to itself, or elsewhere', async () => {
  site.faults.push(
    { path: /latest/, kind: 'loop', times: 1 },
    { path: /latest/, kind: 'elsewhere', to: 'http://mirror.example/f', times: 1 },
  );
  const url = `${site.helmUrl}/helm4-latest-version`;
  const leads = async (): Promise<readonly unknown[]> => {
    const { status, headers } = await fetch(url, { redirect: 'manual' });
    return [status, headers.get('location')];
  };
  expect(await leads()).toEqual([302, '/helm/helm4-latest-version']);
  expect(await leads()).toEqual([302, 'http://mirror.example/f']);
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
