/** Redirects: none takes away what protects a download. */
import { once } from 'node:events';
import { createServer } from 'node:https';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import { createAuthority } from '../../../sandbox/certificates.ts';
import { openIfFound, Refused } from '../../../src/tools/install/open-url.ts';
import { serve, type Site } from './http.ts';

/** Where the sites redirect to; undefined: they answer. */
let location: string | undefined;
let open: Site;
const closing: (() => void)[] = [];

beforeEach(async () => {
  open = await serve((_path, _request, response) => {
    response.writeHead(location === undefined ? 200 : 302, location === undefined ? {} : { location });
    response.end('open');
  });
  closing.push(() => open.close());
});
afterEach(() => {
  location = undefined;
  for (const close of closing.splice(0)) close();
});

/** Speaks HTTPS and redirects; `trust` is what a client needs for it. */
async function secureSite(): Promise<{ readonly url: string; readonly trust: string }> {
  const authority = await createAuthority('test');
  const { certPem, keyPem } = await authority.issue(['127.0.0.1']);
  const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
    if (request.url === '/there') response.end('secure');
    else response.writeHead(302, { location }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `https://127.0.0.1:${port}`, trust: authority.certPem };
}

async function get(url: string, trust?: string): Promise<string | undefined> {
  const dispatcher = new Agent(trust === undefined ? {} : { connect: { ca: trust } });
  const { signal: ended } = new AbortController();
  try {
    return await (await openIfFound({ dispatcher, ended, silenceMs: 30_000 }, url))?.body.text();
  } finally {
    await dispatcher.close();
  }
}

test('from HTTPS it goes on by HTTPS, and never in the open', async () => {
  const { url, trust } = await secureSite();
  location = '/there';
  expect(await get(`${url}/f`, trust)).toBe('secure');
  location = `${open.url}/f`;
  await expect(get(`${url}/f`, trust)).rejects.toThrow(new Refused(`it redirects from https to ${open.url}`));
  expect(open.requests).toEqual([]);
});

test('from an open site to HTTPS', async () => {
  const { url, trust } = await secureSite();
  location = `${url}/there`;
  expect(await get(`${open.url}/f`, trust)).toBe('secure');
});

test.each([
  [
    'http://mirror.example/f',
    'it redirects from the runner itself to http://mirror.example, which is not https',
  ],
  ['ftp://mirror.example/f', 'it redirects to an address of ftp:'],
  ['file:///etc/passwd', 'it redirects to an address of file:'],
  ['http://[', 'it redirects to what is no address'],
])('from the runner itself, where no pin is asked for, not to %s', async (to, said) => {
  location = to;
  await expect(get(`${open.url}/f`)).rejects.toThrow(new Refused(said));
  expect(open.requests).toEqual(['/f']);
});

test('the body of an answer that is not the last one is not waited for', async () => {
  const endless = await serve((path, _request, response) => {
    response.writeHead({ '/gone': 404, '/no': 403 }[path] ?? 302, { location: `${open.url}/f` });
    response.write('and so on');
  });
  closing.push(() => endless.close());
  expect(await get(`${endless.url}/moved`)).toBe('open');
  expect(await get(`${endless.url}/gone`)).toBeUndefined();
  await expect(get(`${endless.url}/no`)).rejects.toThrow('HTTP status 403 Forbidden');
});
