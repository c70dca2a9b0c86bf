/** By which way requests go: a private socket, or a process each, and never a port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectToApi } from '../../../src/cluster/api/connection.ts';
import { createTokenSource } from '../../../src/cluster/tokens/service-account-tokens.ts';
import { Failure } from '../../../src/model/failure.ts';
import { refused } from '../../tools/fakes.ts';
import { kubectlSetup } from '../kubectl/setup.ts';
import { proxyKubectl } from './proxy-setup.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'poster-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const { signal } = new AbortController();
const answered = JSON.stringify({ status: { token: 'eyJ.of.kubectl' } });
const TOO_LONG = 'x'.repeat(100);

const ALLOWED = { name: 'tokens', methods: ['POST'], paths: '^/x$' } as const;

test('on a socket where one is possible', async () => {
  const kubectl = proxyKubectl('');
  const connection = await connectToApi({ kubectl, directory, platform: 'linux', signal }, ALLOWED);
  const { body } = await connection.send({ method: 'POST', path: '/x', body: {}, tried: 'take a token' });
  await connection.stop();
  expect(body).toContain(`--unix-socket=${join(directory, 'tokens.sock')}`);
});

test('without one, a process per request: a GET is one too', async () => {
  const { kubectl, requests } = kubectlSetup((args) =>
    args.includes('/gone') ? refused('Error from server (NotFound): no') : '{"a":1}',
  );
  const connection = await connectToApi({ kubectl, directory, platform: 'win32', signal }, ALLOWED);
  const get = async (path: string) => await connection.send({ method: 'GET', path, tried: 'look' });
  expect(await get('/api/v1/pods?limit=500')).toEqual({ status: 200, body: '{"a":1}' });
  expect(await get('/gone')).toMatchObject({ status: 404 });
  await connection.stop();
  expect(requests[0]?.args.slice(0, 2)).toEqual(['get', '--raw=/api/v1/pods?limit=500']);
  expect(requests[0]?.stdin).toBeUndefined();
});

test.each([
  ['Windows, where Node knows no sockets', 'win32', ''],
  ['a path too long for a socket', 'linux', TOO_LONG],
  ['a path too long for a socket of macOS', 'darwin', TOO_LONG],
])('%s: a process per token, and nothing listens', async (_what, platform, longer) => {
  const { kubectl, requests } = kubectlSetup(() => answered);
  const masked: string[] = [];
  const source = createTokenSource({
    kubectl,
    directory: join(directory, longer),
    platform,
    signal,
    mask: (value) => masked.push(value),
  });
  const request = { namespace: 'mxp-1-system', serviceAccount: 'eso', audience: 'sts.amazonaws.com' };
  const answers = await source.withTokens(['eso'], (take) => Promise.all([take(request), take(request)]));
  const token = { kind: 'token', token: 'eyJ.of.kubectl' };
  expect(answers).toEqual([token, token]);
  expect(masked).toContain('eyJ.of.kubectl');
  expect(requests).toHaveLength(2);
  for (const { args, stdin = '' } of requests) {
    expect(args.slice(0, 3)).toEqual([
      'create',
      '--raw=/api/v1/namespaces/mxp-1-system/serviceaccounts/eso/token',
      '--filename=-',
    ]);
    expect(JSON.parse(stdin)).toMatchObject({
      kind: 'TokenRequest',
      spec: { audiences: ['sts.amazonaws.com'] },
    });
  }
});

test.each([
  [
    'absent',
    'Error from server (NotFound): serviceaccounts "x" not found\n',
    'serviceaccounts "x" not found',
  ],
  [
    'refused',
    'Error from server (Forbidden): serviceaccounts "x" is forbidden: User "ci" cannot create resource "serviceaccounts/token"\n',
    'cannot create resource',
  ],
])('what kubectl says of a token that it does not get is an answer: %s', async (kind, stderr, why) => {
  const { kubectl } = kubectlSetup(() => refused(stderr));
  const source = createTokenSource({ kubectl, directory, platform: 'win32', signal, mask: () => undefined });
  const request = { namespace: 'mxp-1-system', serviceAccount: 'x', audience: 'a' };
  const answer = await source.withTokens(['x'], (take) => take(request));
  expect(answer).toEqual({ kind, why: expect.stringContaining(why) });
});

test('a cancelled job is no refused token', async () => {
  const cancelled = new Failure('cancelled', { tried: 'x', said: 'y', next: 'z' });
  const { kubectl } = kubectlSetup(() => Promise.reject(cancelled));
  const source = createTokenSource({ kubectl, directory, platform: 'win32', signal, mask: () => undefined });
  const request = { namespace: 'mxp-1-system', serviceAccount: 'x', audience: 'a' };
  await expect(source.withTokens(['x'], (take) => take(request))).rejects.toBe(cancelled);
});
