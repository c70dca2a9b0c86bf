/** Downloads over HTTP: retries, redirects, progress. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { afterEach, expect, test } from '@jest/globals';
import { createDownloader } from '../../../src/tools/install/download.ts';
import { shownUrl } from '../../../src/tools/install/download-retries.ts';
import { fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';
import { target, tools } from './download-setup.ts';
import { serve, type Site } from './http.ts';

let site: Site | undefined;
afterEach(() => site?.close());

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
  await createDownloader({ clock: hurried, log, signal: new AbortController().signal, env: {} }).file(
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
