/** How the proxy starts, answers and ends, with a stand-in for kubectl. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { startProxy } from '../../../src/cluster/api/kubectl-proxy.ts';
import type { ApiConnection } from '../../../src/cluster/api/connection.ts';
import { Failure } from '../../../src/model/failure.ts';
import { proxyKubectl } from './proxy-setup.ts';

let directory: string;
let started: ApiConnection[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proxy-'));
});
afterEach(async () => {
  await Promise.all(started.map((proxy) => proxy.stop()));
  started = [];
  await rm(directory, { recursive: true, force: true });
});

const { signal: lasting } = new AbortController();

const ALLOWED = { methods: ['POST'], paths: '^/api/x$' } as const;
const post = (path: string, body: object = {}) =>
  ({ method: 'POST', path, body, tried: 'take a token' }) as const;

async function start(mode = '', signal = lasting, answerMs?: number): Promise<ApiConnection> {
  const socket = join(directory, 'proxy.sock');
  const kubectl = proxyKubectl(mode);
  const limit = answerMs === undefined ? {} : { answerMs };
  const proxy = await startProxy({ kubectl, socket, signal, allowed: ALLOWED, ...limit });
  started.push(proxy);
  return proxy;
}

const askedSchema = z.object({
  asked: z.object({
    url: z.string(),
    method: z.string(),
    host: z.string(),
    accept: z.string(),
    body: z.unknown(),
    args: z.array(z.string()),
    pid: z.number(),
  }),
});
const askedOf = (body: string) => askedSchema.parse(JSON.parse(body)).asked;

test('one process on a socket in the private directory, for posts to the given paths alone', async () => {
  const proxy = await start();
  const answers = await Promise.all([1, 2, 3].map((n) => proxy.send(post(`/api/${n}`, { n }))));
  const asked = answers.map(({ body }) => askedOf(body));
  expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
  expect(asked.map(({ url, method, body }) => [url, method, body])).toEqual([
    ['/api/1', 'POST', { n: 1 }],
    ['/api/2', 'POST', { n: 2 }],
    ['/api/3', 'POST', { n: 3 }],
  ]);
  expect(new Set(asked.map(({ pid }) => pid)).size).toBe(1);
  expect(asked[0]?.args).toEqual([
    'proxy',
    `--unix-socket=${join(directory, 'proxy.sock')}`,
    '--accept-paths=^/api/x$',
    '--reject-methods=^(GET|HEAD|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)$',
    '--kubeconfig=/private/kubeconfig',
  ]);
  // kubectl's own list of hosts that it answers begins with this one.
  expect(asked[0]?.host).toBe('localhost');
});

test('a GET has no body, and may ask for another form', async () => {
  const proxy = await start();
  const { body } = await proxy.send({ method: 'GET', path: '/api/1', accept: 'text/x', tried: 'look' });
  expect(askedOf(body)).toMatchObject({ method: 'GET', body: null, accept: 'text/x' });
});

test('it ends with its use: nobody answers any more', async () => {
  const proxy = await start();
  const { pid } = askedOf((await proxy.send(post('/api/1'))).body);
  await proxy.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await expect(proxy.send(post('/api/1'))).rejects.toThrow();
});

test('one that does not come up says why, in a Failure', async () => {
  const failure = await start('broken').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ reason: 'tool-unavailable' });
  expect(String(failure)).toContain('it ended with exit code 3: error: no such cluster');
});

test('what kubectl says of the kubeconfig is explained', async () => {
  await expect(start('other-context')).rejects.toMatchObject({
    reason: 'cluster-access-denied',
    details: { said: 'error: context "x" does not exist', next: expect.stringContaining('`kube-context`') },
  });
});

test('an answer that does not come in time is a Failure; the others on the connection go on', async () => {
  const proxy = await start('', lasting, 1_500);
  const late = proxy.send(post('/never/'));
  await expect(late).rejects.toMatchObject({
    reason: 'timed-out',
    details: { tried: 'take a token', said: 'no answer within 1.5 s' },
  });
  expect(proxy.isOpen()).toBe(true);
  expect(askedOf((await proxy.send(post('/api/1'))).body).url).toBe('/api/1');
});

test('where no API server has answered, the words of the sign-in plug-in are in the answer', async () => {
  const proxy = await start();
  expect(await proxy.send(post('/sign-in/'))).toEqual({
    status: 500,
    body: expect.stringContaining('getting credentials'),
    stderr: expect.stringContaining('sso: the session is over'),
  });
});

test('a kubectl that isn’t there', async () => {
  const kubectl = {
    ...proxyKubectl(''),
    invocation: () => ({ file: '/no/such/kubectl', args: [], env: {} }),
  };
  const failure = await startProxy({
    kubectl,
    socket: join(directory, 's'),
    signal: lasting,
    allowed: ALLOWED,
  }).catch(String);
  expect(failure).toContain('ENOENT');
});

test.each(['silent', 'deaf'])('a cancelled job does not wait for one that is %s', async (mode) => {
  const abort = new AbortController();
  const starting = start(mode, abort.signal);
  abort.abort();
  await expect(starting).rejects.toMatchObject({ reason: 'cancelled' });
  await expect(start('', abort.signal)).rejects.toMatchObject({ reason: 'cancelled' });
});

test('nor for an answer', async () => {
  const abort = new AbortController();
  const proxy = await start('', abort.signal);
  const asked = proxy.send(post('/never/'));
  abort.abort();
  await expect(asked).rejects.toMatchObject({ reason: 'cancelled' });
});

test('one that does not listen is ended all the same', async () => {
  const proxy = await start('stubborn');
  const { pid } = askedOf((await proxy.send(post('/api/1'))).body);
  await proxy.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
});
