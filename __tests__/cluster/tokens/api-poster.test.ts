/** By which way requests for tokens go: a private socket, or a process each, and never a port. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openPoster } from '../../../src/cluster/tokens/api-poster.ts';
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

test('on a socket where one is possible', async () => {
  const poster = await openPoster(
    { kubectl: proxyKubectl(''), directory, platform: 'linux', signal },
    '^/x$',
  );
  const { body } = await poster.post('/x', {});
  await poster.stop();
  expect(body).toContain(`--unix-socket=${join(directory, 'proxy.sock')}`);
});

test.each([
  ['Windows, where Node knows no sockets', 'win32', ''],
  ['a path too long for a socket', 'linux', TOO_LONG],
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
