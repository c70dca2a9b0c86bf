/** How a chart is fetched, and which charts are refused. */
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chartSource } from '../../../src/cluster/helm/chart-source.ts';
import { refused } from '../../tools/fakes.ts';
import { ANNOTATION, ARN, CREDENTIALS, PASSWORD, request, setup, setValue } from './setup.ts';
import type { Script } from './setup.ts';

const OCI = 'oci://registry.example:5000/spaces-artifacts/spaces';
const isChartCall = (line: string) => !/^(get|history|upgrade)/.test(line);

/** The calls about the chart in one upgrade, without the paths of this run. */
async function chartCalls(intent: object, script: Script = {}) {
  const made = await setup(script);
  await made.writer.upgrade(request(intent));
  return {
    ...made,
    calls: made
      .lines()
      .filter(isChartCall)
      .map((line) => line.replaceAll(made.directory, '')),
  };
}

test('tells the forms of the chart input apart', () => {
  expect(chartSource(OCI)).toEqual({ kind: 'oci', reference: OCI, host: 'registry.example:5000' });
  expect(chartSource('https://charts.example/spaces')).toEqual({
    kind: 'repository',
    url: 'https://charts.example/spaces',
  });
  expect(chartSource('http://x/spaces-1.tgz')).toEqual({ kind: 'archive-url', url: 'http://x/spaces-1.tgz' });
  expect(chartSource('./charts/spaces')).toEqual({ kind: 'local', path: './charts/spaces' });
  expect(chartSource('oci://host-only')).toEqual({ kind: 'local', path: 'oci://host-only' });
});

test('OCI with credentials: signs in to the host alone, password on stdin, pulls the deployed version, signs out', async () => {
  const { calls, requests } = await chartCalls({ chart: OCI, ...CREDENTIALS, registryPlainHttp: true });
  expect(calls).toEqual([
    'registry login registry.example:5000 --username=robot --password-stdin --plain-http',
    `pull ${OCI} --plain-http --version=1.17.1 --destination=/chart`,
    'registry logout registry.example:5000',
    'show chart /chart/spaces-1.17.1.tgz',
  ]);
  expect(requests.map(({ stdin }) => stdin).filter((stdin) => stdin !== undefined)).toEqual([PASSWORD]);
});

test('no call carries the password in its arguments or its environment', async () => {
  for (const chart of [OCI, 'https://charts.example']) {
    const { requests, log } = await chartCalls({ chart, ...CREDENTIALS });
    expect(requests.length).toBeGreaterThan(4);
    for (const { args, env } of requests) expect(JSON.stringify([args, env])).not.toContain(PASSWORD);
    expect(log.lines.join()).not.toContain(PASSWORD);
  }
});

test('with credentials, no sign-in of the runner is looked at; without, those of earlier steps are', async () => {
  const env = { HELM_REGISTRY_CONFIG: '/home/r.json', DOCKER_CONFIG: '/home/.docker' };
  const pullEnv = async (intent: object) => {
    const made = await setup({}, { env });
    await made.writer.upgrade(request({ chart: OCI, ...intent }));
    const call = made.requests.find(({ args }) => args[0] === 'pull');
    return { directory: made.directory, env: call?.env ?? {} };
  };
  const own = await pullEnv(CREDENTIALS);
  for (const name of [
    'HELM_REGISTRY_CONFIG',
    'HELM_CONFIG_HOME',
    'HELM_CACHE_HOME',
    'HELM_DATA_HOME',
    'DOCKER_CONFIG',
  ]) {
    expect(own.env[name]?.startsWith(own.directory)).toBe(true);
  }
  const shared = await pullEnv({});
  expect(shared.env).toMatchObject(env);
  expect(shared.env['HELM_CACHE_HOME']?.startsWith(shared.directory)).toBe(true);
});

test('a registry whose tags begin with v is asked for that tag too', async () => {
  const missing = refused(
    'Error: failed to perform "FetchReference" on source: registry.example/spaces:1.17.1: not found',
  );
  const { calls } = await chartCalls({ chart: OCI }, { [`pull ${OCI} --version=1.17.1`]: missing });
  expect(calls.slice(0, 2)).toEqual([
    `pull ${OCI} --version=1.17.1 --destination=/chart`,
    `pull ${OCI} --version=v1.17.1 --destination=/chart`,
  ]);
});

test('a stored version with v is asked for without; a range is asked for as it is', async () => {
  const missing = refused('Error: x: not found');
  const withV = await setup({
    pull: missing,
    'get metadata': JSON.stringify({ chart: 'spaces', version: 'v1.17.1', revision: 1, status: 'deployed' }),
  });
  await expect(
    withV.writer.upgrade(request({ chart: OCI }, { values: [setValue(ANNOTATION, ARN, 'v1.17.1')] })),
  ).rejects.toThrow('no such chart or version');
  expect(
    withV
      .lines()
      .filter((line) => line.startsWith('pull'))
      .map((line) => /--version=(\S+)/.exec(line)?.[1]),
  ).toEqual(['v1.17.1', '1.17.1']);
  const range = await chartCalls({ chart: OCI, chartVersion: '1.17.x' });
  expect(range.calls.filter((line) => line.startsWith('pull'))).toEqual([
    `pull ${OCI} --version=1.17.x --destination=/chart`,
  ]);
});

test('a repository: by address, or under an alias when it wants a sign-in', async () => {
  const open = await chartCalls({ chart: 'https://charts.example' });
  expect(open.calls[0]).toBe(
    'pull spaces --repo=https://charts.example --version=1.17.1 --destination=/chart',
  );
  const closed = await chartCalls({ chart: 'https://charts.example', ...CREDENTIALS });
  expect(closed.calls.slice(0, 2)).toEqual([
    'repo add spaces-workload-identity https://charts.example --username=robot --password-stdin',
    'pull spaces-workload-identity/spaces --version=1.17.1 --destination=/chart',
  ]);
  const archive = await chartCalls({ chart: 'https://charts.example/spaces-1.17.1.tgz' });
  expect(archive.calls[0]).toBe(
    'pull https://charts.example/spaces-1.17.1.tgz --version=1.17.1 --destination=/chart',
  );
});

test('a chart in the workspace is used where it lies', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chart-'));
  const { calls, lines } = await chartCalls({ chart: directory });
  expect(calls).toEqual([`show chart ${directory}`]);
  expect(lines().find((line) => line.startsWith('upgrade'))).toContain(`upgrade spaces ${directory} `);
});

async function refusal(intent: object, script: Script = {}) {
  const made = await setup(script);
  const error: unknown = await made.writer
    .upgrade(request({ chart: OCI, ...intent }))
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: 'chart-unavailable' });
  expect(made.lines().some((line) => line.startsWith('upgrade'))).toBe(false);
  return { error, lines: made.lines(), directory: made.directory };
}

test.each([
  [
    'another version',
    { 'show chart': 'name: spaces\nversion: 1.18.0' },
    {},
    'the chart has version 1.18.0, wanted is 1.17.1',
    'set `chart-version: 1.18.0`',
  ],
  [
    'another version than asked for',
    {},
    { chartVersion: '1.18.0' },
    'the chart has version 1.17.1, wanted is 1.18.0',
    'Set `chart-version`',
  ],
  [
    'another chart',
    { 'show chart': 'name: other\nversion: 1.17.1' },
    {},
    'it is chart other, deployed is spaces',
    'chart of the Space',
  ],
  [
    'no chart',
    { 'show chart': 'name: spaces' },
    {},
    'its Chart.yaml has no name or no version',
    'is a Helm chart',
  ],
  [
    'a broken chart',
    { 'show chart': refused('Error: Chart.yaml file is missing') },
    {},
    'Error: Chart.yaml file is missing',
    'is a Helm chart',
  ],
])('%s is refused before the release is touched', async (_case, script, intent, said, next) => {
  const { error } = await refusal(intent, script);
  expect(error).toMatchObject({ details: { said, next: expect.stringContaining(next) } });
});

test('a version that was asked for may differ from the deployed one', async () => {
  const { calls } = await chartCalls(
    { chart: OCI, chartVersion: 'v1.18.0' },
    { 'show chart': 'name: spaces\nversion: 1.18.0' },
  );
  expect(calls[0]).toContain('--version=v1.18.0');
});

test('a path to nothing is not quoted: it may be a secret in the wrong place', async () => {
  const { error } = await refusal({ chart: '/nowhere/spaces' });
  expect(error).toMatchObject({
    message: expect.not.stringContaining('nowhere'),
    details: { said: 'it can’t be read (ENOENT)' },
  });
});

test.each([
  [
    'refused',
    'Error: authenticating to "registry.example": GET "https://registry.example/v2/": response status code 401: unauthorized',
    'refused the credentials',
    'registry-password',
  ],
  [
    'plain HTTP',
    'Error: http: server gave HTTP response to HTTPS client',
    'HTTP response',
    'registry-plain-http: true',
  ],
  ['nobody there', 'Error: Get "https://x/v2/": dial tcp: lookup x: no such host', 'no such host', 'proxy'],
  ['odd', `Error: strange ${PASSWORD}`, 'Error: strange ***', 'Read what helm said'],
])('a sign-in that fails (%s) says why, and pulls nothing', async (_case, stderr, said, next) => {
  const { error, lines } = await refusal(CREDENTIALS, { 'registry login': refused(stderr) });
  expect(error).toMatchObject({
    details: {
      tried: 'sign in to registry.example:5000',
      said: expect.stringContaining(said),
      next: expect.stringContaining(next),
    },
  });
  expect(lines.some((line) => line.startsWith('pull'))).toBe(false);
  expect(String(error)).not.toContain(PASSWORD);
});

test.each([
  [
    'no sign-in',
    {},
    'Error: basic credential not found',
    'refused to hand it out',
    'set `registry-username`',
  ],
  [
    'no right',
    CREDENTIALS,
    'Error: response status code 403: denied',
    'refused to hand it out',
    'The sign-in worked',
  ],
  [
    'no such tag',
    {},
    'Error: registry.example/spaces:1.17.1: not found',
    'no such chart or version',
    '`chart-version`',
  ],
  [
    'plain HTTP',
    {},
    'Error: http: server gave HTTP response to HTTPS client',
    'HTTP response',
    'registry-plain-http',
  ],
  [
    'nobody there',
    {},
    'Error: dial tcp 127.0.0.1:1: connect: connection refused',
    'connection refused',
    'proxy',
  ],
  ['odd', CREDENTIALS, `Error: ${PASSWORD}`, 'Error: ***', 'Read what helm said'],
])('a pull that fails (%s) says why, and signs out', async (_case, intent, stderr, said, next) => {
  const { error, lines } = await refusal(intent, { pull: refused(stderr) });
  expect(error).toMatchObject({
    details: {
      tried: `pull chart ${OCI}, version 1.17.1`,
      said: expect.stringContaining(said),
      next: expect.stringContaining(next),
    },
  });
  expect(lines.filter((line) => line.startsWith('registry logout'))).toHaveLength(
    'registryUsername' in intent ? 1 : 0,
  );
});

test('a pull that leaves no archive is a failure; leftovers of an earlier one are not taken for it', async () => {
  const first = await setup({ pull: '' });
  await expect(first.writer.upgrade(request({ chart: OCI }))).rejects.toMatchObject({
    reason: 'chart-unavailable',
  });
  await writeFile(join(first.directory, 'chart', 'spaces-1.17.1.tgz'), 'old');
  await expect(first.writer.upgrade(request({ chart: OCI }))).rejects.toMatchObject({
    reason: 'chart-unavailable',
  });
  expect(await readdir(join(first.directory, 'chart'))).toEqual([]);
});
