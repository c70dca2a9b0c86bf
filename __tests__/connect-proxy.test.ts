/** A proxy that can't be used ends the run before its first call, and only a run that would use it. */
import { delimiter } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Aws } from '../sandbox/aws/index.ts';
import { connect } from '../src/connect.ts';
import type { Config } from '../src/model/config.ts';
import { newRecord } from '../src/model/record.ts';
import { createClock } from '../src/tools/clock.ts';
import { keeping } from './github/setup.ts';
import { fakeTools, useAccount, useJob } from './job.ts';
import { config } from './support/factories.ts';

const runner = useJob();
const path = { version: 'path', downloadUrl: 'https://mirror.invalid' };
const calls: string[] = [];
let aws: Aws;
beforeEach(async () => {
  calls.length = 0;
  const made = await useAccount((line) => calls.push(line));
  ({ aws } = made);
  const bin = await fakeTools(runner.directory);
  runner.set({ ...made.variables, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` });
});
afterEach(() => aws.close());

async function run(env: Record<string, string>, overrides: Partial<Config>): Promise<unknown> {
  runner.set(env);
  const { signal } = new AbortController();
  const job = {
    env: process.env,
    directory: runner.directory,
    clock: createClock(signal),
    signal,
    mask: () => undefined,
    atEnd: () => undefined,
    getIdToken: async (audience: string) => await Promise.reject(new Error(`asked for ${audience}`)),
    nodeVersion: process.version,
    platform: process.platform,
    architecture: process.arch,
    version: '0.0.0',
    log: keeping(),
  };
  const given = config({ mode: 'plan', helm: path, kubectl: path, ...overrides });
  return await connect(given, job, newRecord());
}

const base = config({ mode: 'plan' });
const withRole = { signIn: { ...base.signIn, roleToAssume: 'arn:aws:iam::111122223333:role/runner' } };
const withToken = { reporting: { ...base.reporting, githubToken: 't' } };
const SOCKS = { HTTPS_PROXY: 'socks5://u:hunter2@proxy', HTTP_PROXY: 'socks5://u:hunter2@proxy' };
const FAR = 'https://aws.invalid';

test.each<readonly [string, Record<string, string>, Partial<Config>, string]>([
  ['AWS', { AWS_ENDPOINT_URL_EKS: FAR }, {}, 'aws.invalid'],
  ['a service of AWS by itself', { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, {}, 'iam.amazonaws.com'],
  ['the OIDC token', { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.invalid' }, withRole, 'token.invalid'],
  ['downloads', {}, { helm: { ...path, version: 'auto' } }, 'mirror.invalid'],
  ['GitHub’s API', { GITHUB_API_URL: 'https://api.invalid' }, withToken, 'api.invalid'],
])('for %s', async (_what, env, overrides, host) => {
  await expect(run({ ...SOCKS, ...env }, overrides)).rejects.toMatchObject({
    reason: 'invalid-input',
    details: { tried: `reach ${host} through the proxy of HTTPS_PROXY` },
    message: expect.not.stringContaining('hunter2'),
  });
  expect(calls).toEqual([]);
});

test('a run that calls nobody through it goes on', async () => {
  await run({ ...SOCKS, NO_PROXY: 'api.invalid', GITHUB_API_URL: 'https://api.invalid' }, withToken);
  expect(calls).not.toEqual([]);
});

test('settings for the addresses that are no good are told by the first call, as ever', async () => {
  await expect(run({ ...SOCKS, AWS_ENDPOINT_URL: 'no address' }, {})).rejects.toMatchObject({
    reason: 'invalid-input',
    details: { next: expect.stringContaining('AWS_ENDPOINT_URL') },
  });
});
