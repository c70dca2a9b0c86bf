/** Who a token is, and the way through the job's proxy. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createApi, whoAmI } from '../../src/github/api.ts';
import { answering, originAt } from './setup.ts';

const refused = { status: 403, body: { message: 'Resource not accessible by integration' } };

test('a user’s token says whose it is', async () => {
  const api = await answering({ '/user': { status: 200, body: { login: 'octocat' } } });
  expect(await whoAmI(api)).toBe('octocat');
});

test('an app’s token may not ask for its user, but GraphQL knows who is viewing', async () => {
  const graphql = { status: 200, body: { data: { viewer: { login: 'space-bot[bot]' } } } };
  expect(await whoAmI(await answering({ '/user': refused, '/graphql': graphql }))).toBe('space-bot[bot]');
});

test.each([
  ['refuses', refused],
  ['does not know', { status: 200, body: { data: {} } }],
  ['fails', { status: 200, body: { errors: [{ message: 'no' }] } }],
])('where GraphQL %s, it is the job’s own token', async (_what, graphql) => {
  expect(await whoAmI(await answering({ '/user': refused, '/graphql': graphql }))).toBe(
    'github-actions[bot]',
  );
});

const octocat = { '/user': { status: 200, body: { login: 'octocat' } } };

/** A proxy that takes every host to be on loopback, at the port that is asked for. */
async function startProxy() {
  const connected: IncomingMessage[] = [];
  const server = createServer();
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    connected.push(request);
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on('error', () => end.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${port}`, connected, close };
}

/** The API under a name that no resolver knows, so only the proxy leads to it. */
async function behindProxy(scheme: 'http' | 'https') {
  const { port } = new URL((await answering(octocat)).octokit.request.endpoint('/').url);
  return createApi('a-token', originAt(`${scheme}://github.invalid:${port}`));
}

describe('a proxy', () => {
  const names = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
  const saved = { ...process.env };
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  beforeEach(async () => {
    for (const name of names) Reflect.deleteProperty(process.env, name);
    proxy = await startProxy();
  });
  afterEach(() => {
    proxy.close();
    for (const name of names) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, saved);
  });

  test.each(['http_proxy', 'HTTP_PROXY'])(
    'of %s carries the calls, with its own credentials',
    async (name) => {
      process.env[name] = `http://user:p%40ss@${proxy.host}`;
      expect(await whoAmI(await behindProxy('http'))).toBe('octocat');
      expect(proxy.connected[0]?.url).toMatch(/^github\.invalid:\d+$/);
      expect(proxy.connected[0]?.headers['proxy-authorization']).toBe(
        `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      );
      expect(proxy.connected[0]?.headers.authorization).toBeUndefined();
    },
  );

  test.each(['https_proxy', 'HTTPS_PROXY'])('of %s is asked for an API over HTTPS', async (name) => {
    process.env[name] = `http://${proxy.host}`;
    // Behind it is no TLS: the request fails, after the proxy was asked.
    expect(await whoAmI(await behindProxy('https'))).toBe('github-actions[bot]');
    expect(proxy.connected[0]?.url).toMatch(/^github\.invalid:\d+$/);
  });

  test.each(['no_proxy', 'NO_PROXY'])('is left aside for the hosts of %s', async (name) => {
    process.env['HTTP_PROXY'] = `http://${proxy.host}`;
    process.env[name] = '.invalid';
    expect(await whoAmI(await behindProxy('http'))).toBe('github-actions[bot]');
    expect(proxy.connected).toEqual([]);
  });

  test('that can’t be used is an error of the request, not of making the client', async () => {
    process.env['HTTP_PROXY'] = '::';
    const { octokit } = await behindProxy('http');
    await expect(octokit.request('GET /user')).rejects.toMatchObject({ name: 'HttpError', status: 500 });
  });
});
