/** How a chart is fetched. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { chartSource } from '../../../src/cluster/helm/chart-source.ts';
import { refused } from '../../tools/fakes.ts';
import { ANNOTATION, ARN, CREDENTIALS, PASSWORD, request, type Script, setup, setValue } from './setup.ts';

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

test('a version that was asked for may differ from the deployed one', async () => {
  const { calls } = await chartCalls(
    { chart: OCI, chartVersion: 'v1.18.0' },
    { 'show chart': 'name: spaces\nversion: 1.18.0' },
  );
  expect(calls[0]).toContain('--version=v1.18.0');
});
