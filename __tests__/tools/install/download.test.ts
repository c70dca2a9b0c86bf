/** Downloads over HTTP: retries, redirects, progress. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { createDownloader, shownUrl } from '../../../src/tools/install/download.ts';
import type { DownloadLimits } from '../../../src/tools/install/download.ts';
import { fakeClock, fakeLog } from '../fakes.ts';
import { serve } from './http.ts';
import type { Site } from './http.ts';

let site: Site | undefined;
afterEach(() => site?.close());

const { signal: lasting } = new AbortController();

const LIMITS: DownloadLimits = {
  silenceMs: 30_000,
  wholeMs: { text: 60_000, file: 60_000 },
  bytes: { text: 1024, file: 8 * 1024 * 1024 },
};

function tools({ signal = lasting, ...limits }: Partial<DownloadLimits> & { signal?: AbortSignal } = {}) {
  const clock = fakeClock();
  const log = fakeLog();
  const downloader = createDownloader({ clock, log, signal, env: {} }, { ...LIMITS, ...limits });
  return { clock, log, downloader };
}

async function target(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'download-')), 'file');
}

test('streams a file to disk with its digest, and says what, where from, how much and how long', async () => {
  const body = 'x'.repeat(3 * 1024 * 1024);
  site = await serve((_path, _request, response) => response.end(body));
  const { downloader, log } = tools();
  const path = await target();
  const result = await downloader.file(`${site.url}/helm.tar.gz`, path, 'helm v4.3.1 for linux/amd64');
  expect(result).toEqual({ sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length });
  expect(await readFile(path, 'utf8')).toBe(body);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(log.lines).toEqual([
    `helm v4.3.1 for linux/amd64: downloading ${site.url}/helm.tar.gz`,
    'helm v4.3.1 for linux/amd64: 3.0 MiB in 0.0 s',
  ]);
});

test.each([
  [{ 'content-length': String(2 * 1024 * 1024) }, / of 2\.0 MiB so far$/],
  [{}, /^kubectl: \d\.\d MiB so far$/],
])('tells every five seconds how far it is', async (headers, pattern) => {
  const log = fakeLog();
  const clock = fakeClock();
  // Six seconds pass between any two looks at the clock.
  const hurried = { ...clock, now: () => (clock.advance(6_000), clock.now()) };
  site = await serve((_path, _request, response) => {
    response.writeHead(200, headers).end(Buffer.alloc(2 * 1024 * 1024));
  });
  await createDownloader({ clock: hurried, log, signal: lasting, env: {} }).file(
    `${site.url}/f`,
    await target(),
    'kubectl',
  );
  expect(log.lines.filter((line) => pattern.test(line)).length).toBeGreaterThan(0);
  expect(log.lines.at(-1)).toMatch(/^kubectl: 2\.0 MiB in \d+\.\d s$/);
});

test('a 404 is no error here: the caller knows what it means', async () => {
  site = await serve((_path, _request, response) => response.writeHead(404).end());
  const { downloader, clock } = tools();
  expect(await downloader.file(`${site.url}/f`, await target(), 'x')).toBeUndefined();
  expect(await downloader.text(`${site.url}/f`)).toBeUndefined();
  expect(clock.slept).toEqual([]);
});

test('server errors are tried four times in all, with growing pauses, then fail', async () => {
  site = await serve((_path, _request, response) => response.writeHead(503).end());
  const { downloader, clock, log } = tools();
  const path = await target();
  const url = `${site.url.replace('http://', 'http://user:pa%20ss@')}/f?signature=secret`;
  const failed = downloader.file(url, path, 'x');
  await expect(failed).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: {
      tried: `download ${site.url}/f`,
      said: 'HTTP status 503 Service Unavailable (after 4 attempts)',
      next: expect.stringContaining('helm-download-url'),
    },
  });
  expect(site.requests).toHaveLength(4);
  expect(clock.slept).toEqual([1_000, 3_000, 9_000]);
  expect(existsSync(path)).toBe(false);
  expect(log.lines.join('\n')).not.toMatch(/secret|pa%20ss|pa ss/);
});

test.each([408, 429, 500])('status %i may pass', async (status) => {
  let asked = 0;
  site = await serve((_path, _request, response) => {
    asked += 1;
    response.writeHead(asked === 1 ? status : 200).end('v1');
  });
  expect(await tools().downloader.text(`${site.url}/stable.txt`)).toBe('v1');
});

test.each([401, 403, 410])('status %i is final', async (status) => {
  site = await serve((_path, _request, response) => response.writeHead(status).end());
  const { downloader, clock } = tools();
  await expect(downloader.text(`${site.url}/f`)).rejects.toMatchObject({ reason: 'tool-unavailable' });
  expect(clock.slept).toEqual([]);
});

test('a broken connection is tried again, into a clean file', async () => {
  let asked = 0;
  site = await serve((_path, _request, response) => {
    asked += 1;
    response.writeHead(200, { 'content-length': '10' });
    if (asked > 1) response.end('0123456789');
    else response.write('01234', () => response.destroy());
  });
  const path = await target();
  const result = await tools().downloader.file(`${site.url}/f`, path, 'x');
  expect(result?.bytes).toBe(10);
  expect(await readFile(path, 'utf8')).toBe('0123456789');
});

test('nobody there: the message names the network', async () => {
  const gone = await serve(() => undefined);
  gone.close();
  await expect(tools().downloader.text(`${gone.url}/f`)).rejects.toMatchObject({
    details: { said: expect.stringContaining('after 4 attempts'), next: expect.stringContaining('proxy') },
  });
});

test('follows redirects, relative ones too; credentials of the address stay with its host', async () => {
  const seen: (string | undefined)[] = [];
  const other = await serve((_path, request, response) => {
    seen.push(request.headers.authorization);
    response.end('there');
  });
  site = await serve((path, request, response) => {
    seen.push(request.headers.authorization);
    const location = path === '/a' ? '/b' : `${other.url}/c`;
    response.writeHead(302, { location }).end('moved');
  });
  const { downloader } = tools();
  expect(await downloader.text(`${site.url.replace('http://', 'http://u:p@')}/a`)).toBe('there');
  other.close();
  const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
  expect(seen).toEqual([basic, basic, undefined]);
});

test('an endless redirect is final, and so is a redirect without an address', async () => {
  site = await serve((_path, _request, response) => response.writeHead(302, { location: '/again' }).end());
  const { downloader } = tools();
  await expect(downloader.text(`${site.url}/f`)).rejects.toMatchObject({
    details: { said: 'more than 10 redirects' },
  });
  expect(site.requests).toHaveLength(11);
  site.close();
  site = await serve((_path, _request, response) => response.writeHead(302).end());
  await expect(downloader.text(`${site.url}/f`)).rejects.toMatchObject({
    details: { said: 'HTTP status 302 Found' },
  });
});

test('an address is shown without user, password and query', () => {
  expect(shownUrl('https://u:p@mirror.example/k8s/kubectl?sig=1')).toBe('https://mirror.example/k8s/kubectl');
});

/** Answers that begin, and never end. */
const dribbling = async (): Promise<Site> =>
  await serve((_path, _request, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  });

test.each(['file', 'text'] as const)(
  'data that trickles without an end is given up, once and for all (%s)',
  async (kind) => {
    site = await dribbling();
    const { downloader, clock } = tools({ wholeMs: { text: 200, file: 200 } });
    const path = await target();
    const url = `${site.url}/f`;
    await expect(
      kind === 'file' ? downloader.file(url, path, 'x') : downloader.text(url),
    ).rejects.toMatchObject({
      reason: 'tool-unavailable',
      details: { tried: `download ${url}`, said: 'it did not end within 0.2 s' },
    });
    expect(existsSync(path)).toBe(false);
    expect(clock.slept).toEqual([]);
  },
);

test.each([
  ['an answer that never begins', undefined, ''],
  ['an answer that stops after its head', {}, ''],
  ['an answer shorter than announced', { 'content-length': '10' }, '12345'],
])('silence is tried four times in all, then said: %s', async (_what, headers, body) => {
  site = await serve((_path, _request, response) => {
    if (headers === undefined) return;
    response.writeHead(200, headers).flushHeaders();
    response.write(body);
  });
  const { downloader } = tools({ silenceMs: 50 });
  const path = await target();
  await expect(downloader.file(`${site.url}/f`, path, 'x')).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { tried: `download ${site.url}/f`, said: 'no data for 0.05 s (after 4 attempts)' },
  });
  expect(site.requests).toHaveLength(4);
  expect(existsSync(path)).toBe(false);
});

const MIB = 1024 * 1024;

test.each([
  ['announced', { 'content-length': String(9 * MIB) }],
  ['unannounced', {}],
])('a file without measure is given up, once and for all: %s', async (how, headers) => {
  let sent = 0;
  site = await serve((_path, _request, response) => {
    response.writeHead(200, headers);
    const more = (): void => {
      sent += 1;
      response.write(Buffer.alloc(MIB), () => void (response.destroyed || sent >= 100 || more()));
    };
    more();
  });
  const path = await target();
  const { downloader } = tools();
  await expect(downloader.file(`${site.url}/f`, path, 'x')).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { said: 'it is larger than 8.0 MiB' },
  });
  expect(site.requests).toHaveLength(1);
  expect(existsSync(path)).toBe(false);
  if (how === 'unannounced') expect(sent).toBeLessThan(100);
});

test.each(['<!DOCTYPE html><html>', '\n <HTML>', '<?xml version="1.0"?>'])(
  'a page in place of a file is given up, once and for all: %s',
  async (page) => {
    site = await serve((_path, _request, response) => response.end(page));
    const path = await target();
    const { downloader } = tools();
    const refusal = { reason: 'tool-unavailable', details: { said: 'it answered with a web page' } };
    await expect(downloader.file(`${site.url}/f`, path, 'x')).rejects.toMatchObject(refusal);
    await expect(downloader.text(`${site.url}/f`)).rejects.toMatchObject(refusal);
    expect(site.requests).toHaveLength(2);
    expect(existsSync(path)).toBe(false);
  },
);

test.each([
  ['while data comes', dribbling],
  ['while nothing comes', async () => await serve(() => undefined)],
])('a cancelled job does not wait for it: %s', async (_what, begin) => {
  site = await begin();
  const abort = new AbortController();
  const { downloader } = tools({ signal: abort.signal });
  const path = await target();
  const running = downloader.file(`${site.url}/f`, path, 'x');
  const asked = site.requests;
  await waitFor({
    what: 'the request',
    timeoutMs: 10_000,
    intervalMs: 5,
    check: async () => await Promise.resolve(asked.length > 0),
  });
  abort.abort();
  await expect(running).rejects.toMatchObject({
    reason: 'cancelled',
    details: { tried: `download ${site.url}/f`, said: 'the job was cancelled' },
  });
  expect(existsSync(path)).toBe(false);
});

test('in a cancelled job nothing is asked for', async () => {
  site = await serve((_path, _request, response) => response.end());
  const { downloader } = tools({ signal: AbortSignal.abort() });
  await expect(downloader.text(`${site.url}/f`)).rejects.toMatchObject({ reason: 'cancelled' });
  expect(site.requests).toEqual([]);
});
