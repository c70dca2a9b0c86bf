/** Every client of this action goes the way of the one proxy rule. */
import { inspect } from 'node:util';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sendSigned } from '../src/aws/assume/signed-request.ts';
import { awsFailure } from '../src/aws/client/aws-failure.ts';
import { createClients, createConnection } from '../src/aws/client/clients.ts';
import { createApi } from '../src/github/api.ts';
import { createIdTokenRequest } from '../src/github/id-token-request.ts';
import { createIdTokenSource } from '../src/github/oidc.ts';
import { createDownloader } from '../src/tools/install/download.ts';
import { fakeLog } from './aws/fakes.ts';
import { fakeClock } from './support/fake-clock.ts';
import { originAt } from './github/setup.ts';
import { type CountingProxy, startProxy, startService } from './support/counting-proxy.ts';

type Env = Readonly<Record<string, string>>;
/** Asks `address` one thing, with the proxy variables of `env`; throws when that goes wrong. */
type Client = (env: Env, address: string) => Promise<unknown>;

const keys = { accessKeyId: 'AKID', secretAccessKey: 'not-a-secret' };
const credentials = async () => await Promise.resolve(keys);
const connectionOf = (env: Env) =>
  createConnection(
    { region: 'eu-central-1', version: '0', nodeVersion: process.versions.node, env },
    fakeLog(),
  );
const call = { tried: 'ask', action: 'sts:GetCallerIdentity', on: 'it' };

const sdk: Client = async (env, endpoint) => {
  // One attempt: the SDK tries names that nobody knows again and again.
  const sts = new STSClient({ ...connectionOf(env), credentials, endpoint, maxAttempts: 1 });
  await sts.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
    throw awsFailure(error, call);
  });
};

const handSigned: Client = async (env, address) => {
  process.env['AWS_ENDPOINT_URL'] = address;
  const clients = createClients(connectionOf(env), credentials);
  const context = { clients, clock: fakeClock(), log: fakeLog(), mask: () => {} };
  const request = { service: 'SSM' as const, keys, path: '/', headers: {}, body: {} };
  await sendSigned(context, request, false).catch((error: unknown) => {
    throw awsFailure(error, call);
  });
};

const githubApi: Client = async (env, address) =>
  await createApi('a-token', originAt(address), env).octokit.request('GET /user');

const idToken: Client = async (env, address) => {
  const job = {
    ...env,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${address}/token?api-version=2`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
  };
  const around = { env: job, clock: fakeClock(), log: fakeLog(), mask: () => {} };
  await createIdTokenSource({ ...around, getIdToken: createIdTokenRequest(job) })('aud');
};

const download: Client = async (env, address) => {
  const { signal } = new AbortController();
  await createDownloader({ clock: fakeClock(), log: fakeLog(), signal, env }).text(`${address}/stable.txt`);
};

const CLIENTS = [
  ['the AWS SDK', sdk],
  ['hand-signed calls', handSigned],
  ['the GitHub API', githubApi],
  ['the OIDC token', idToken],
  ['downloads', download],
] as const;
/** They follow redirects. */
const FOLLOWING = [
  ['the GitHub API', githubApi],
  ['the OIDC token', idToken],
  ['downloads', download],
] as const;

let proxy: CountingProxy;
let service: Awaited<ReturnType<typeof startService>>;
const closers: (() => void)[] = [];
const saved = { ...process.env };
beforeEach(async () => {
  [proxy, service] = await Promise.all([startProxy(), startService()]);
  closers.push(proxy.close, service.close);
  // Nobody reads these: what counts is the environment that is handed over.
  Object.assign(process.env, { https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' });
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  for (const name of ['https_proxy', 'http_proxy', 'AWS_ENDPOINT_URL'])
    Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, saved);
});

/** A name that no resolver knows, so only the proxy leads to it. */
const unknownHost = () => `http://service.invalid:${service.port}`;
/** No loopback address to the rule; the system takes it for one. */
const byAddress = () => `http://0.0.0.0:${service.port}`;

describe.each(CLIENTS)('%s', (_name, ask) => {
  test.each([
    ['a URL', 'http://', ''],
    ['without a scheme', '', ''],
    ['before the lower-case spelling', 'http://', 'http://127.0.0.1:9'],
  ])('through the proxy: %s', async (_what, scheme, lower) => {
    await ask(
      { HTTP_PROXY: scheme + proxy.host, http_proxy: lower, NO_PROXY: 'other.invalid' },
      unknownHost(),
    );
    expect(proxy.asked).toHaveLength(1);
    expect(proxy.asked[0]?.url).toContain(`service.invalid:${service.port}`);
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  test('with the credentials of the proxy, which nobody else gets', async () => {
    await ask({ http_proxy: `user:p%40ss@${proxy.host}` }, unknownHost());
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(proxy.asked[0]?.headers['proxy-authorization']).toBe(basic);
    await ask({ HTTP_PROXY: `user@${proxy.host}` }, unknownHost());
    const bare = `Basic ${Buffer.from('user:').toString('base64')}`;
    expect(proxy.asked.at(-1)?.headers['proxy-authorization']).toBe(bare);
    await ask({ HTTP_PROXY: `user:p%40ss@${proxy.host}`, NO_PROXY: '0.0.0.0' }, byAddress());
    expect(service.asked.at(-1)?.headers['proxy-authorization']).toBeUndefined();
  });

  test('directly to a host that a suffix exempts', async () => {
    const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: 'a.test, .INVALID' };
    const said = await ask(env, unknownHost()).then(
      () => 'an answer',
      (error: unknown) => inspect(error),
    );
    expect(said).toMatch(/getaddrinfo/);
    expect(proxy.asked).toEqual([]);
  });

  test('directly to an address that a range exempts, and to no other', async () => {
    await ask({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: '0.0.0.0/8' }, byAddress());
    expect([proxy.asked.length, service.asked.length]).toEqual([0, 1]);
    await ask({ HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: '10.0.0.0/8' }, byAddress());
    expect([proxy.asked.length, service.asked.length]).toEqual([1, 2]);
  });

  test('directly to loopback', async () => {
    await ask({ HTTP_PROXY: `http://${proxy.host}` }, `http://127.0.0.1:${service.port}`);
    expect([proxy.asked.length, service.asked.length]).toEqual([0, 1]);
  });

  test.each([
    ['407 Proxy Authentication Required', 'put USER:PASSWORD@ before its host'],
    ['403 Forbidden', 'The proxy does not let this runner reach the host (status 403)'],
    ['503 Service Unavailable', 'The proxy does not reach the host (status 503)'],
  ])('a proxy that answers %s is named, with what to do', async (refusal, advice) => {
    const refusing = await startProxy(refusal);
    closers.push(refusing.close);
    const env = { HTTPS_PROXY: `http://user:hunter2@${refusing.host}` };
    const error: unknown = await ask(env, 'https://service.invalid').catch((thrown: unknown) => thrown);
    expect(refusing.asked[0]).toMatchObject({ method: 'CONNECT', url: 'service.invalid:443' });
    expect(String(error)).toContain(advice);
    expect(String(error)).not.toContain('hunter2');
  });

  test('a proxy that only Go could use is bad input, before anything is sent', async () => {
    const env = { HTTP_PROXY: `socks5://${proxy.host}` };
    const error: unknown = await ask(env, unknownHost()).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('its scheme is socks5; only http and https are known');
    // A comment that can't be posted is a warning, of Octokit's own error.
    if (ask !== githubApi) expect(error).toMatchObject({ reason: 'invalid-input' });
    expect(proxy.asked).toEqual([]);
  });
});

test.each(FOLLOWING)('a redirect to another host goes that host’s way: %s', async (_name, ask) => {
  const first = await startService(unknownHost());
  closers.push(first.close);
  const env = { HTTP_PROXY: `http://${proxy.host}`, NO_PROXY: '0.0.0.0/8' };
  await ask(env, `http://0.0.0.0:${first.port}`);
  expect(proxy.asked.map(({ url }) => url)).toEqual([expect.stringContaining('service.invalid')]);
  expect([first.asked.length, service.asked.length]).toEqual([1, 1]);
  expect(service.asked[0]?.headers.authorization).toBeUndefined();
});
