/** The proxy that opens TLS: what leads to the sandbox's sites, and what leads nowhere. */
import { type IncomingMessage, request as ask } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Sites, startSites } from '../../act/sites.ts';
import { createAuthority } from '../../certificates.ts';
import { listen, type LoopbackServer } from '../../loopback.ts';

let site: LoopbackServer;
let sites: Sites;
let ca = '';
const log = (): void => {};

beforeEach(async () => {
  site = await listen(
    ({ url = '', headers }, response) => {
      if (url === '/base/moved') response.writeHead(302, { location: '/elsewhere' }).end();
      else if (url === '/base/away')
        response.writeHead(302, { location: 'https://other.example.com/x' }).end();
      else response.end(`${url} for ${headers['authorization'] ?? 'nobody'}`);
    },
    { log },
  );
  const authority = await createAuthority('internet');
  const hosts = new Map([['tools.example.com', `${site.origin}/base`]]);
  sites = await startSites({ hosts, authority, log });
  ca = authority.certPem;
});
afterEach(async () => {
  await sites.close();
  await site.close();
});

/** As a client behind a proxy does: a tunnel first, TLS in it. */
async function tunnel(host: string): Promise<TLSSocket> {
  return await new Promise((resolve, reject) => {
    const asking = ask(sites.proxyUrl, { method: 'CONNECT', path: `${host}:443` });
    asking.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) resolve(connect({ socket, servername: host, ca }));
      else reject(new Error(`status ${statusCode}`));
    });
    asking.once('error', reject);
    asking.end();
  });
}

async function get(url: string): Promise<{ readonly answer: IncomingMessage; readonly body: string }> {
  const { host } = new URL(url);
  const socket = await tunnel(host);
  const headers = { host, authorization: 'me', connection: 'close' };
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(url, { createConnection: () => socket, headers }, resolve)
      .once('error', reject)
      .end();
  });
  return { answer, body: await text(answer) };
}

test('a host leads to its site, with its certificate, and the request is noted', async () => {
  const { answer, body } = await get('https://tools.example.com/a?b=c');
  expect([answer.statusCode, body]).toEqual([200, '/base/a?b=c for me']);
  expect(sites.requests).toEqual(['tools.example.com/a?b=c']);
});

test('a redirect of the site within itself is followed; one that leads away is handed on', async () => {
  expect((await get('https://tools.example.com/moved')).body).toBe('/elsewhere for me');
  const { answer } = await get('https://tools.example.com/away');
  expect([answer.statusCode, answer.headers.location]).toEqual([302, 'https://other.example.com/x']);
});

test('every other host is refused', async () => {
  await expect(get('https://other.example.com/')).rejects.toThrow('403');
  expect(sites.requests).toEqual([]);
});
