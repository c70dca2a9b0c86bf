/** The step that reports on a fleet: outputs, files, summary, annotations and the issue. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, jest, test } from '@jest/globals';
import * as core from '@actions/core';
import { reportFleet } from '../src/fleet-report-action.ts';
import { expectedOne, resultText } from './fleet/report/jobs.ts';
import { parseOpenMetrics } from './fleet/report/openmetrics.ts';
import { repository } from './github/setup.ts';
import { useJob } from './job.ts';

const job = useJob();
const reports = (): string => join(job.directory, 'reports');

beforeEach(async () => {
  await rm(reports(), { recursive: true, force: true });
  await mkdir(reports());
});

async function leave(verdicts: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, verdict] of Object.entries(verdicts)) {
    await mkdir(join(reports(), name), { recursive: true });
    await writeFile(join(reports(), name, 'result.json'), JSON.stringify(resultText(verdict, name)));
  }
}

const matrixOf = (...names: readonly string[]): string =>
  JSON.stringify({ include: names.map((name) => ({ ...expectedOne(name), cluster: name })) });

async function report(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  const given = { path: reports(), ...inputs };
  job.set(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value])),
  );
  await reportFleet({ RUNNER_TEMP: job.directory, ...env });
  return await job.files();
}

test('all in sync: the step passes, with files for dashboards', async () => {
  await leave({ a: 'in-sync', b: 'in-sync' });
  const { outputs, summary, state } = await report({ expected: matrixOf('a', 'b'), label: 'prod' });
  expect(outputs).toMatchObject({ verdict: 'in-sync', 'issue-url': '' });
  const [fleet, badge, metrics] = await Promise.all(
    ['fleet-file', 'badge-file', 'metrics-file'].map((name) => readFile(outputs[name] ?? '', 'utf8')),
  );
  expect(JSON.parse(fleet ?? '')).toMatchObject({ label: 'prod', counts: { 'in-sync': 2 } });
  expect(JSON.parse(badge ?? '')).toMatchObject({ message: 'in sync, 2 clusters' });
  expect(parseOpenMetrics(metrics ?? '').length).toBeGreaterThan(10);
  expect(outputs['fleet-file']).toBe(join(state['directory'] ?? '', 'fleet.json'));
  expect(summary).toContain('## ✅ Workload identity of 2 clusters: prod');
  expect(process.exitCode ?? 0).toBe(0);
});

test('a job that gave no file fails the step, unless the step only reports', async () => {
  await leave({ a: 'in-sync' });
  const inputs = { expected: matrixOf('a', 'b') };
  expect((await report(inputs)).outputs['verdict']).toBe('unknown');
  expect(process.exitCode).toBe(1);
  expect(job.lines().find((line) => line.startsWith('::error::'))).toContain(
    'not-verified: gather what the jobs of fleet have found: 1 unknown, 1 in sync: 111122223333/eu-central-1/b unknown',
  );
  process.exitCode = 0;
  await report({ ...inputs, 'fail-on-drift': 'false' });
  expect(process.exitCode).toBe(0);
});

test('what was not used is one annotation', async () => {
  await leave({ a: 'in-sync' });
  await writeFile(join(reports(), 'cut.json'), '{');
  await report({ expected: matrixOf('a') });
  expect(job.lines().filter((line) => line.startsWith('::warning'))).toEqual([
    '::warning title=spaces-workload-identity%3A fleet report::cut.json is not JSON: it may be cut',
  ]);
});

test('bad inputs fail the step with all of them, and the verdict is an error', async () => {
  const { outputs } = await report({ path: '', expected: '' });
  expect(outputs).toEqual({ verdict: 'error' });
  expect(process.exitCode).toBe(1);
  expect(job.lines().find((line) => line.startsWith('::error::'))).toContain('2 problems');
});

test('one issue is opened, updated and closed; plans leave it as it is', async () => {
  const { github } = await repository();
  const env = {
    GITHUB_REPOSITORY: 'octo-org/spaces-infra',
    GITHUB_API_URL: github.apiUrl,
    GITHUB_RUN_ID: '7',
  };
  const inputs = { expected: matrixOf('a'), 'fleet-issue': 'true', 'github-token': github.token };
  const issues = () =>
    [...github.issues.values()].map(({ state, body }) => [state, /❌|❓|✅/.exec(body)?.[0]]);
  const run = async (verdict: string) => {
    await leave({ a: verdict });
    return (await report(inputs, env)).outputs['issue-url'] ?? '';
  };
  await run('in-sync');
  expect(issues()).toEqual([]);
  expect(await run('drifted')).toMatch(/\/issues\/1$/);
  expect(issues()).toEqual([['open', '❌']]);
  await run('unknown');
  expect(issues()).toEqual([['open', '❓']]);
  expect(await run('changes')).toBe('');
  expect(issues()).toEqual([['open', '❓']]);
  expect(await run('in-sync')).toMatch(/\/issues\/1$/);
  expect(issues()).toEqual([['closed', '✅']]);
  expect(github.issues.get(1)?.body).toContain('/octo-org/spaces-infra/actions/runs/7');
});

test('a search that failed opens the issue and never closes it', async () => {
  const { github } = await repository();
  const env = { GITHUB_REPOSITORY: 'octo-org/spaces-infra', GITHUB_API_URL: github.apiUrl };
  const inputs = { 'fleet-issue': 'true', 'github-token': github.token };
  const issues = () => [...github.issues.values()].map(({ number, state }) => [number, state]);
  const failed = { ...inputs, expected: '', 'search-failure': 'sign-in-denied' };
  expect((await report(failed, env)).outputs).toMatchObject({ verdict: 'unknown' });
  expect(issues()).toEqual([[1, 'open']]);
  expect(process.exitCode).toBe(1);

  await leave({ a: 'drifted' });
  await report({ ...inputs, expected: matrixOf('a'), 'search-failure': '' }, env);
  expect(github.issues.get(1)?.body).toContain('drifted');
  await rm(join(reports(), 'a'), { recursive: true });
  await report(failed, env);
  expect(github.issues.get(1)?.body).toContain('<code>sign-in-denied</code>: the search for clusters failed');
  // Nor does one that found nobody.
  await report({ ...inputs, expected: '[]', 'search-failure': '' }, env);
  expect(github.issues.get(1)?.body).toContain('No cluster was expected');
  expect(issues()).toEqual([[1, 'open']]);
});

test('a token without the right to issues is a warning', async () => {
  const { github } = await repository({
    permissions: { idToken: 'none', issues: 'read', pullRequests: 'none' },
  });
  await leave({ a: 'drifted' });
  const env = { GITHUB_REPOSITORY: 'octo-org/spaces-infra', GITHUB_API_URL: github.apiUrl };
  const inputs = { expected: matrixOf('a'), 'fleet-issue': 'true', 'github-token': github.token };
  expect((await report(inputs, env)).outputs).toMatchObject({ verdict: 'drifted', 'issue-url': '' });
  expect(job.lines().find((line) => line.startsWith('::warning'))).toContain('`permissions: issues: write`');
});

test('a summary that can’t be written is said', async () => {
  await leave({ a: 'in-sync' });
  jest.spyOn(core.summary, 'write').mockRejectedValue(new Error('disk full'));
  expect((await report({ expected: matrixOf('a') })).outputs['verdict']).toBe('in-sync');
  expect(job.lines()).toContain('The job summary could not be written: Error: disk full');
});

test('files that can’t be written fail the step', async () => {
  await leave({ a: 'in-sync' });
  await report({ expected: matrixOf('a') }, { RUNNER_TEMP: join(job.directory, 'none') });
  expect(process.exitCode).toBe(1);
});
