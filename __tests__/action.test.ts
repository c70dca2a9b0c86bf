/** A whole run of the entry: inputs, secrets, summary, outputs. */
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import type { Aws } from '../sandbox/aws/index.ts';
import { startGithub } from '../sandbox/github/server.ts';
import { main } from '../src/action.ts';
import { DEFAULTS, INPUT_NAMES, INPUTS } from '../src/config/inputs/index.ts';
import { fakeTools, useAccount, useJob } from './job.ts';

const job = useJob();
let account: Aws | undefined;
afterEach(async () => {
  await account?.close();
  account = undefined;
});

const inputs = {
  identity: 'irsa',
  'cluster-name': 'space-prod',
  'secret-prefixes': 'prod/',
  'helm-version': 'path',
  'kubectl-version': 'path',
};

/** One run as the runner starts it: inputs as variables, defaults filled in. */
async function run(given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const all = Object.entries({ ...DEFAULTS, ...inputs, ...given });
  const variables = all.map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value] as const);
  job.set({ RUNNER_TEMP: job.directory, ...Object.fromEntries(variables), ...env });
  await main(process.env, new AbortController().signal);
  return await job.files();
}

async function inAccount() {
  const { aws, variables } = await useAccount();
  account = aws;
  const bin = await fakeTools(job.directory);
  return { aws, env: { ...variables, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` } };
}

describe('bad inputs', () => {
  test('are all named, outputs are set, and no call leaves the runner', async () => {
    const { aws, env } = await inAccount();
    const { outputs, summary } = await run({ mode: 'perhaps', identity: '', 'wait-timeout': 'soon' }, env);
    expect(outputs).toMatchObject({ verdict: 'error', changed: 'false', 'failure-reason': 'invalid-input' });
    const error = job.lines().find((line) => line.startsWith('::error::invalid-input: ')) ?? '';
    for (const name of ['mode', 'identity', 'wait-timeout']) expect(error).toContain(name);
    expect(summary).toContain('Failed: <code>invalid-input</code>');
    expect(aws.calls).toEqual([]);
    expect(process.exitCode).toBe(1);
  });

  test.each([
    ['of a run outside of a workflow', {}],
    ['with an empty RUNNER_TEMP', { RUNNER_TEMP: '' }],
  ])(
    '%s are found too, and what is private lies in the temporary directory of the system',
    async (_what, env) => {
      await main(env, new AbortController().signal);
      const { outputs, state } = await job.files();
      expect(outputs).toMatchObject({ verdict: 'error', 'failure-reason': 'invalid-input' });
      const { directory = '' } = state;
      await rm(directory, { recursive: true });
      expect(dirname(directory)).toBe(tmpdir());
    },
  );
});

test.each([
  [{ AWS_REGION: '', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
  [{ AWS_REGION: 'eu-north-1', AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-north-1'],
  [{ AWS_REGION: ' ', AWS_DEFAULT_REGION: '' }, undefined],
])('the region of the environment, %j: an empty variable counts as none', async (env, region) => {
  const { aws, env: variables } = await inAccount();
  await run({ 'aws-region': '', 'cluster-name': 'elsewhere' }, { ...variables, ...env });
  const error = job.lines().find((line) => line.startsWith('::error::')) ?? '';
  if (region === undefined) {
    expect(error).toContain('aws-region');
    expect(aws.calls).toEqual([]);
  } else {
    expect(error).toContain(`describe EKS cluster elsewhere in ${region}: `);
  }
});

test('secrets are masked before anything else is said', async () => {
  await run({
    mode: 'x',
    'registry-username': 'robot',
    'registry-password': 'p4ss-w0rd',
    'github-token': 'ghs_token',
  });
  const lines = job.lines();
  const masks = lines.filter((line) => line.startsWith('::add-mask::'));
  expect(masks).toEqual(expect.arrayContaining(['::add-mask::p4ss-w0rd', '::add-mask::ghs_token']));
  expect(lines.slice(0, masks.length)).toEqual(masks);
});

test('of a kubeconfig its secrets are masked, and no ordinary line', async () => {
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    users: [{ user: { token: 't0ken-of-a-user' } }],
  });
  await run({ mode: 'x', kubeconfig });
  const masks = job.lines().filter((line) => line.startsWith('::add-mask::'));
  expect(masks).toContain('::add-mask::t0ken-of-a-user');
  expect(masks.filter((line) => /apiVersion|Config|users/.test(line))).toEqual([]);
});

test('the password of a proxy is masked', async () => {
  await run({ mode: 'x' }, { HTTPS_PROXY: 'http://me:pr0xy-pass@127.0.0.1:1' });
  expect(job.lines()).toContain('::add-mask::pr0xy-pass');
});

const kubeconfigOf = (token: string) => ({
  apiVersion: 'v1',
  kind: 'Config',
  users: [{ name: 'u', user: { token } }],
});

const inForm = (hidden: string): readonly string[] => [
  hidden,
  `${hidden}\n`,
  ` ${hidden}\n${hidden}\n`,
  btoa(hidden),
  Buffer.from(`x${hidden}`).toString('base64url'),
  encodeURIComponent(hidden),
  JSON.stringify(kubeconfigOf(hidden)),
  JSON.stringify(kubeconfigOf(hidden)).slice(0, -4),
  stringify(kubeconfigOf(hidden)),
  btoa(stringify(kubeconfigOf(hidden))),
  `https://user:${encodeURIComponent(hidden)}@host.example.com/x`,
  `https://user:${hidden}@host.example.com/x`,
  `oci://user:${hidden}@host.example.com/x`,
  `https:/user:${hidden}@host.example.com/x`,
  `https://host.example.com/x?token=${encodeURIComponent(hidden)}`,
];

describe('of what may be a secret, no eight characters in a row are shown when a run fails', () => {
  /** Not found in an output by chance. */
  const secret = fc.stringMatching(/^[A-Za-z0-9+/@:%!~ -]{24,60}$/).filter((text) => text.trim() === text);
  const names = INPUT_NAMES.filter(
    (name) => INPUTS[name].secret === true || INPUTS[name].mayHoldSecret === true,
  );

  test.each([...names, 'HTTPS_PROXY'])('%s', async (name) => {
    const [forms, others] = [fc.nat({ max: inForm('').length - 1 }), fc.constantFrom('perhaps', 'plan')];
    const property = fc.asyncProperty(secret, forms, others, async (hidden, form, mode) => {
      const before = job.lines().length;
      const given = inForm(hidden)[form] ?? '';
      const debug = { RUNNER_DEBUG: '1', AWS_REGION: 'eu-central-1' };
      const isInput = name !== 'HTTPS_PROXY';
      // Another mistake besides, so that the run fails before any call.
      const inputsOfRun = { mode, 'wait-timeout': 'soon', ...(isInput && { [name]: given }) };
      const { outputs, summary, state } = await run(inputsOfRun, {
        ...debug,
        ...(!isInput && { [name]: given }),
      });
      await rm(state['directory'] ?? '', { recursive: true });
      const log = job
        .lines()
        .slice(before)
        .filter((line) => !line.startsWith('::add-mask::'));
      const seen = [log.join('\n'), JSON.stringify(outputs), summary].join('\n');
      const kinds = [hidden, btoa(hidden), encodeURIComponent(hidden), JSON.stringify(hidden), given];
      const ordinary =
        'https://user: oci://user: @host.example.com/x apiVersion: v1 kind: Config users: name: token: {"apiVersion":"v1","kind":"Config","users":[{"name":"u","user":{"token":"';
      const pieces = kinds.flatMap((kind) =>
        Array.from({ length: Math.max(kind.length - 7, 0) }, (_, at) => kind.slice(at, at + 8)),
      );
      expect(pieces.filter((piece) => !ordinary.includes(piece) && seen.includes(piece))).toEqual([]);
      expect(outputs['failure-reason']).toBe('invalid-input');
    });
    await fc.assert(property, { numRuns: 40 });
  });
});

test('its directory is private, and remembered for the post step', async () => {
  const { state } = await run({ mode: 'x' });
  const directory = state['directory'] ?? '';
  expect(directory.startsWith(join(job.directory, 'spaces-workload-identity-'))).toBe(true);
  expect((await stat(directory)).mode & 0o777).toBe(0o700);
});

test('a cluster that is not there: what is known by then is in the outputs', async () => {
  const { env } = await inAccount();
  const { outputs } = await run({ 'cluster-name': 'another' }, env);
  expect(outputs).toMatchObject({
    'failure-reason': 'cluster-not-found',
    verdict: 'error',
    'account-id': '111122223333',
    'role-name': 'another-shared-secrets',
  });
  expect(job.lines().join('\n')).toContain('account 111122223333 has no cluster of this name there');
});

test('a cluster without a Space: signed in, tools found, and nothing of the credentials in sight', async () => {
  const { aws, env } = await inAccount();
  const { outputs, summary, env: left, state } = await run({ mode: 'check' }, env);
  expect(outputs).toMatchObject({
    'failure-reason': 'not-a-space',
    verdict: 'unknown',
    'account-id': aws.account,
    'role-name': 'space-prod-shared-secrets',
    'helm-version': 'v4.1.4',
    'kubectl-version': 'v1.35.4',
  });
  expect(aws.writes()).toEqual([]);
  const token = job
    .lines()
    .find((line) => line.startsWith('::add-mask::k8s-aws-v1.'))
    ?.slice('::add-mask::'.length);
  expect(token).toBeDefined();
  const shown = job.lines().filter((line) => !line.startsWith('::add-mask::'));
  for (const text of [...shown, ...Object.values(outputs), summary]) {
    expect(text).not.toContain(token);
    expect(text).not.toContain(env.AWS_SECRET_ACCESS_KEY);
  }
  expect(left).toEqual({});
  expect(await readdir(state['directory'] ?? '')).toEqual(['result.json']);
});

test('with `role-to-assume`, the job’s OIDC token is asked for and masked', async () => {
  const { env } = await inAccount();
  const github = await startGithub({ log: () => {} });
  const role = 'arn:aws:iam::111122223333:role/missing';
  const { outputs } = await run(
    { 'role-to-assume': role },
    {
      ...env,
      ACTIONS_ID_TOKEN_REQUEST_URL: github.idTokenRequestUrl,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: github.idTokenRequestToken,
    },
  );
  await github.close();
  expect(outputs['failure-reason']).toBe('sign-in-denied');
  expect(github.requests.map(({ path }) => path)).toContain('/actions/id-token');
  expect(job.lines().some((line) => line.startsWith('::add-mask::eyJ'))).toBe(true);
});

test('a failure that nobody foresaw is said to be a defect, with its stack for those who debug', async () => {
  const { env } = await inAccount();
  const { outputs } = await run({ kubeconfig: job.directory }, env);
  expect(outputs['failure-reason']).not.toBe('');
  expect(job.lines().some((line) => line.startsWith('::debug::'))).toBe(true);
});
