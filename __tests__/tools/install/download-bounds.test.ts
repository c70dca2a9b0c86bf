/** Downloads that never end, never begin, or are something else: given up within a bound, and nothing of them stays. */
import { existsSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import { target, tools } from './download-setup.ts';
import { serve, type Site } from './http.ts';

let site: Site | undefined;
afterEach(() => site?.close());

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
