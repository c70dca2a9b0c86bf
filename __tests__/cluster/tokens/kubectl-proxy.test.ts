/** How the proxy starts, answers and ends, with a stand-in for kubectl. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { startProxy } from '../../../src/cluster/tokens/kubectl-proxy.ts';
import type { KubectlProxy } from '../../../src/cluster/tokens/kubectl-proxy.ts';
import { Failure } from '../../../src/model/failure.ts';
import { proxyKubectl } from './proxy-setup.ts';

let directory: string;
let started: KubectlProxy[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'proxy-'));
});
afterEach(async () => {
  await Promise.all(started.map((proxy) => proxy.stop()));
  started = [];
  await rm(directory, { recursive: true, force: true });
});

async function start(platform: string, where = directory, mode = ''): Promise<KubectlProxy> {
  const kubectl = proxyKubectl(mode);
  const proxy = await startProxy({ kubectl, directory: where, platform, acceptPaths: '^/api/x$' });
  started.push(proxy);
  return proxy;
}

const askedSchema = z.object({
  asked: z.object({
    url: z.string(),
    method: z.string(),
    host: z.string(),
    body: z.unknown(),
    args: z.array(z.string()),
    pid: z.number(),
  }),
});
const askedOf = (body: string) => askedSchema.parse(JSON.parse(body)).asked;

test('one process on a socket in the private directory, for posts to the given paths alone', async () => {
  const proxy = await start('linux');
  const answers = await Promise.all([1, 2, 3].map((n) => proxy.post(`/api/${n}`, { n })));
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

test.each([
  ['Windows knows no sockets', 'win32', ''],
  ['a path too long for a socket', 'linux', 'x'.repeat(100)],
])('%s: a free port of the loopback interface', async (_what, platform, longer) => {
  const proxy = await start(platform, join(directory, longer));
  const { args } = askedOf((await proxy.post('/api/1', {})).body);
  expect(args).toContain('--port=0');
  expect(args.filter((arg) => arg.startsWith('--unix-socket'))).toEqual([]);
});

test('it ends with its use: nobody answers any more', async () => {
  const proxy = await start('linux');
  const { pid } = askedOf((await proxy.post('/api/1', {})).body);
  await proxy.stop();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await expect(proxy.post('/api/1', {})).rejects.toThrow();
});

test('one that does not come up says why, in a Failure', async () => {
  const failure = await start('linux', directory, 'broken').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(Failure);
  expect(failure).toMatchObject({ reason: 'tool-unavailable' });
  expect(String(failure)).toContain('it ended with exit code 3: error: no such cluster');
});

test('a kubectl that isn’t there', async () => {
  const kubectl = {
    ...proxyKubectl(''),
    invocation: () => ({ file: '/no/such/kubectl', args: [], env: {} }),
  };
  const failure = await startProxy({ kubectl, directory, platform: 'linux', acceptPaths: 'x' }).catch(String);
  expect(failure).toContain('ENOENT');
});
