/** Tokens of service accounts through the proxy. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { KUBERNETES_PROOFS } from '../../../src/cluster/kubectl/calls.ts';
import { createTokenSource } from '../../../src/cluster/tokens/service-account-tokens.ts';
import type { TokenSource } from '../../../src/model/proof-ports.ts';
import { proxyKubectl } from '../api/proxy-setup.ts';

let directory: string;
let source: TokenSource;
let masked: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokens-'));
  masked = [];
  source = createTokenSource({
    kubectl: proxyKubectl(''),
    directory,
    platform: 'linux',
    signal: new AbortController().signal,
    mask: (value) => masked.push(value),
  });
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const request = { namespace: 'mxp-1-system', serviceAccount: 'eso', audience: 'sts.amazonaws.com' };
const path = '/api/v1/namespaces/mxp-1-system/serviceaccounts/eso/token';

test('a token is masked before it is handed out', async () => {
  const answer = await source.withTokens(['eso'], async (take) => {
    const taken = await take(request);
    expect(masked).toEqual([`token-of-${path}`]);
    return taken;
  });
  expect(answer).toEqual({ kind: 'token', token: `token-of-${path}` });
});

test.each([
  ['absent', 'absent', 'serviceaccounts "x" not found'],
  ['forbidden', 'refused', 'cannot create serviceaccounts/token'],
  ['empty', 'refused', 'the answer held no token'],
  ['garbage', 'refused', 'HTTP status 502'],
])('in namespace %s: %s, and nothing of an odd answer is quoted', async (namespace, kind, why) => {
  const answer = await source.withTokens(['eso'], (take) => take({ ...request, namespace }));
  expect(answer).toEqual({ kind, why });
  expect(masked).toEqual([]);
});

test('a name that would lead elsewhere is none', async () => {
  const elsewhere = source.withTokens(['eso'], (take) => take({ ...request, namespace: 'a/../b' }));
  await expect(elsewhere).rejects.toThrow('is no name of a service account or namespace');
  await expect(source.withTokens(['eso|.*'], () => Promise.resolve())).rejects.toThrow('is no name');
});

test('the proxy ends also when the work fails', async () => {
  const failing = source.withTokens(['eso'], () => Promise.reject(new Error('no use')));
  await expect(failing).rejects.toThrow('no use');
  // The socket's name is free again only when the first proxy is gone.
  await expect(source.withTokens(['eso'], (take) => take(request))).resolves.toMatchObject({ kind: 'token' });
});

test('what is declared: tokens of the two accounts, by name', () => {
  const [rule] = KUBERNETES_PROOFS.withTokens;
  expect(rule).toMatchObject({ resources: ['serviceaccounts/token'], verbs: ['create'] });
  expect(rule?.resourceNames).toEqual(['default', 'external-secrets-controller']);
});
