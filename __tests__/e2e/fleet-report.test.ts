/** The built report on a fleet, as a runner starts it: 3 and 200 clusters, and its issue. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Github, startGithub } from '../../sandbox/github/server.ts';
import { runAction } from '../../sandbox/runner.ts';
import { expectedOne, planText, resultText, verificationText } from '../fleet/report/jobs.ts';

/** Absolute: a step runs in the workspace. */
const ACTION = resolve('fleet', 'report', 'action.yml');

let directory = '';
let github: Github;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fleet-'));
  github = await startGithub({ log: () => undefined });
});
afterAll(async () => {
  await github.close();
  await rm(directory, { recursive: true });
});

const namesOf = (count: number) => Array.from({ length: count }, (_, index) => `space-${index}`);

/** One folder a job, as they are downloaded; `drifted` says of which clusters. */
async function downloads(names: readonly string[], drifted: readonly string[], missing: readonly string[]) {
  const path = await mkdtemp(join(directory, 'reports-'));
  for (const name of names.filter((one) => !missing.includes(one))) {
    const changes = drifted.includes(name) ? [{ id: 'role/tags', action: 'update' }] : [];
    const { result }: { result?: object } = resultText(drifted.includes(name) ? 'drifted' : 'in-sync', name);
    const files = {
      'plan.json': planText(name, { changes, result }),
      'verification.json': { ...verificationText('pass'), result },
      'result.json': { version: 1, result },
    };
    await mkdir(join(path, `identity-${name}`));
    for (const [file, content] of Object.entries(files))
      await writeFile(join(path, `identity-${name}`, file), JSON.stringify(content));
  }
  return path;
}

async function report(
  names: readonly string[],
  drifted: readonly string[] = [],
  missing: readonly string[] = [],
) {
  const include = names.map((name) => ({ ...expectedOne(name), cluster: name, role: 'arn:x' }));
  const expected = JSON.stringify([{ include }]);
  return await reportFrom({ path: await downloads(names, drifted, missing), expected });
}

async function reportFrom(inputs: Readonly<Record<string, string>>) {
  const result = await runAction({
    action: ACTION,
    inputs: { ...inputs, 'fleet-issue': 'true' },
    env: {
      GITHUB_REPOSITORY: `${github.job.owner}/${github.job.name}`,
      GITHUB_API_URL: github.apiUrl,
      GITHUB_RUN_ID: '1',
    },
    githubToken: github.token,
  });
  await result.dispose();
  return result;
}

const issues = () => [...github.issues.values()].map(({ number, state }) => [number, state]);

test('three clusters, one of them drifted and one without a file: the issue opens', async () => {
  const { exitCode, postExitCode, outputs, summary } = await report(namesOf(3), ['space-1'], ['space-2']);
  expect([exitCode, postExitCode]).toEqual([1, 0]);
  expect(outputs).toMatchObject({ verdict: 'drifted', 'issue-url': expect.stringMatching(/\/issues\/1$/) });
  expect(summary).toContain('**❌ 1 drifted · ❓ 1 unknown · ✅ 1 in-sync');
  expect(issues()).toEqual([[1, 'open']]);
});

test('the next run updates the same issue', async () => {
  const { outputs } = await report(namesOf(3), [], ['space-2']);
  expect(outputs).toMatchObject({ verdict: 'unknown', 'issue-url': expect.stringMatching(/\/issues\/1$/) });
  expect(issues()).toEqual([[1, 'open']]);
  expect(github.issues.get(1)?.body).toContain('**❓ 1 unknown · ✅ 2 in-sync');
});

test('a search that failed, and one that found nobody, are told in the issue and do not close it', async () => {
  const path = await downloads([], [], []);
  const unreachable = JSON.stringify([{ account: '111122223333', reason: 'access-denied: no' }]);
  const inputs = { path, expected: '', unreachable, 'search-failure': 'access-denied' };
  const failed = await reportFrom(inputs);
  expect([failed.exitCode, failed.outputs['verdict']]).toEqual([1, 'unknown']);
  expect(failed.summary).toContain('<code>access-denied</code>: the search for clusters failed');
  expect(issues()).toEqual([[1, 'open']]);
  expect(github.issues.get(1)?.body).toContain('could not be looked at: access-denied: no');

  const nobody = await reportFrom({ path, expected: '[]', unreachable: '[]', 'search-failure': '' });
  expect([nobody.exitCode, nobody.outputs['verdict']]).toEqual([1, 'unknown']);
  expect(issues()).toEqual([[1, 'open']]);
  expect(github.issues.get(1)?.body).toContain('No cluster was expected, and no file tells of one.');
});

test('200 clusters in sync: a summary of one row, and the issue closes', async () => {
  const { exitCode, outputs, summary, log } = await report(namesOf(200));
  expect([exitCode, outputs['verdict']]).toEqual([0, 'in-sync']);
  expect(summary).toContain('<summary>200 clusters</summary>');
  expect(log).toContain('fleet: 200 in sync');
  expect(issues()).toEqual([[1, 'closed']]);
});

test('the files are there for later steps, and gone when the job ends', async () => {
  const seen: Record<string, string> = {};
  const names = namesOf(3);
  const include = names.map((name) => ({ ...expectedOne(name), cluster: name }));
  const result = await runAction({
    action: ACTION,
    inputs: { path: await downloads(names, ['space-0'], []), expected: JSON.stringify({ include }) },
    env: {},
  });
  for (const name of ['fleet-file', 'badge-file', 'metrics-file']) seen[name] = result.outputs[name] ?? '';
  expect(Object.values(seen).map((path) => path.split('/').at(-1))).toEqual([
    'fleet.json',
    'badge.json',
    'metrics.txt',
  ]);
  expect(Object.values(seen).filter((path) => existsSync(path))).toEqual([]);
  await result.dispose();
});
